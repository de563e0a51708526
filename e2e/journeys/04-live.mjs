import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { answers, count, reaches, runUntilFull } from '../lib/live.mjs';
import { LESSON } from '../lib/pages.mjs';
import { button, live, stage } from '../lib/stage.mjs';

export const name = 'run it for real: a part, then EAGAIN, then more once the peer has read; a call opens to its real calls';

const ASKED = 20_000;
// Each time the peer reads 4096 bytes, so 20,000 are through after five; a few more for the kernel's own ways.
const MOST_READS = 12;

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  const asked = () => page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name).filter((n) => n.includes('/live')));
  await page.locator('[data-figure=live]').first().scrollIntoViewIfNeeded();
  await stage(page);
  assert.deepEqual(await asked(), [], 'what only a live run needs is not loaded before it is touched');
  const figure = await live(page);
  assert.equal((await asked()).length, 2, `then its module is: ${await asked()}`);
  await runUntilFull(figure);

  const before = await answers(figure, 'send');
  const first = count(before[0]);
  assert(0 < first && first < ASKED, `the first send takes a part: ${before}`);
  const full = before.findIndex((text) => text.includes('EAGAIN'));
  assert(full > 0, `then the buffers are full: ${before}`);
  assert(before.slice(0, full).every((text) => count(text) > 0), String(before));

  const later = async () => (await answers(figure, 'send')).slice(full + 1).map(count).filter((n) => n > 0);
  for (let n = 0; n < MOST_READS && !(await later()).length; n++) {
    await button(figure, 'Let the peer read 4096 bytes').click();
    await reaches(figure, 'waits-for-peer', 'done');
    await page.waitForTimeout(200);
  }
  assert((await later()).length, `more is taken after the peer has read: ${await answers(figure, 'send')}`);

  await opens(page, figure);

  const together = (await answers(figure, 'send')).reduce((sum, text) => sum + (count(text) ?? 0), 0);
  assert(together <= ASKED, `never more than was offered: ${together}`);
  await close(page);
}

/** The first call that waited opens, by the keyboard, to the real calls behind it, with the wait between. */
async function opens(page, figure) {
  const waited = figure.locator('[data-part=real-calls]', { hasText: /able after [\d.]+ ms/ }).first();
  const summary = waited.locator('summary');
  assert.match(await summary.textContent(), /^[2-9] real calls made for \w+\(/);
  assert(!(await waited.locator('ol').isVisible()), 'closed at first');
  await summary.focus();
  await page.keyboard.press('Enter');
  const steps = await waited.locator('li').allInnerTexts();
  const wait = steps.findIndex((step) => /^(read|writ)able after [\d.]+ ms$/.test(step));
  assert.match(steps[0], /^\w+\(.*\) = \w+$/, String(steps));
  assert(wait > 0, `what found nothing, then the wait: ${steps}`);
  assert.match(steps.at(-1), /^\w+\(.*\) = \d+$/, `then what ended the call: ${steps}`);
  const wide = await waited.evaluate((it) => it.scrollWidth - it.clientWidth);
  assert(wide <= 0, `the lines stay in their place: ${wide} px too wide`);
}
