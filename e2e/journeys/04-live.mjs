import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';
import { button, live } from '../lib/stage.mjs';

export const name = 'run it for real: a part, then EAGAIN, then more once the peer has read';

const ASKED = 20_000;

/** The rows of the comparison as [call, simulated, real] in words. */
const rows = (figure) =>
  figure.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));

/** What the real kernel answered to each send. */
const sends = async (figure) =>
  (await rows(figure)).filter(([call]) => /\bsend\b/.test(call)).map(([, , real]) => real).filter(Boolean);

const count = (text) => (/^[\d,]+/.test(text) ? Number(text.match(/^[\d,]+/)[0].replaceAll(',', '')) : undefined);

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  const figure = await live(page);
  await button(figure, 'Run it for real').click();
  await figure.getByText('EAGAIN').first().waitFor();

  const before = await sends(figure);
  const first = count(before[0]);
  assert(0 < first && first < ASKED, `the first send takes a part: ${JSON.stringify(before)}`);
  const full = before.findIndex((text) => text.includes('EAGAIN'));
  assert(full > 0, `then the buffer is full: ${JSON.stringify(before)}`);
  assert(before.slice(0, full).every((text) => count(text) > 0), JSON.stringify(before));

  let after = before;
  for (let n = 0; n < 6 && !after.slice(full + 1).some((text) => count(text) > 0); n++) {
    const letRead = button(figure, 'Let the peer read 4096 bytes');
    await letRead.waitFor();
    await letRead.click();
    await page.waitForTimeout(500);
    after = await sends(figure);
  }
  const more = after.slice(full + 1).map(count).filter((n) => n > 0);
  assert(more.length > 0, `more is taken after the peer has read: ${JSON.stringify(after)}`);
  assert(after.map(count).reduce((sum, n) => sum + (n ?? 0), 0) <= ASKED);
  await close(page);
}
