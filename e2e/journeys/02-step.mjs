import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';
import { button, forward, showIfAsked, stage, until } from '../lib/stage.mjs';

export const name = 'step forward and back, by buttons and by keys';

// Sockets, options, a handshake: more than enough steps for the first byte to be sent.
const MOST_STEPS = 60;

// The lesson asks three times.
const MOST_QUESTIONS = 4;

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  const figure = await stage(page);

  await button(figure, 'To the start').click();
  const start = await until(figure, 'at the start', (now) => now.send.every((n) => n === 0));
  const first = JSON.stringify(start);
  await button(figure, 'Step forward').focus();
  await page.keyboard.press('ArrowRight');
  await until(figure, 'one step on by key', (now) => now.events === start.events + 1);
  await page.keyboard.press('ArrowLeft');
  await until(figure, 'back by key', (now) => JSON.stringify(now) === first);
  await page.keyboard.press('End');
  await until(figure, 'at the end or a question by key', (now) => now.events > 12);
  await page.keyboard.press('Home');
  await until(figure, 'at the start by key', (now) => JSON.stringify(now) === first);

  const seen = [start];
  const fills = () => seen.some((now) => now.send.some((n) => n > 0));
  for (let n = 0; n < MOST_STEPS && !fills(); n++) {
    await forward(figure);
    const before = seen.at(-1);
    seen.push(await until(figure, `at step ${n + 1}`, (now) => JSON.stringify(now) !== JSON.stringify(before)));
  }
  assert(fills(), 'the send buffer fills');
  for (let n = seen.length - 2; n >= 0; n--) {
    const [from, there] = [JSON.stringify(seen[n + 1]), JSON.stringify(seen[n])];
    await button(figure, 'Step back').click();
    const now = await until(figure, `back from step ${n + 1}`, (now) => JSON.stringify(now) !== from);
    // Where a question was passed on the way forward, the moment of the question lies between.
    if (JSON.stringify(now) !== there) await button(figure, 'Step back').click();
    await until(figure, `back at step ${n}: ${there}`, (now) => JSON.stringify(now) === there);
  }

  const last = button(figure, 'To the end');
  for (let n = 0; n < MOST_QUESTIONS; n++) {
    if (await last.isEnabled()) await last.click();
    await page.waitForTimeout(100);
    await showIfAsked(figure);
  }
  const end = await until(figure, 'at the end', (now) => now.events > 30);
  assert.deepEqual(end.send, [0], 'at the end everything is acknowledged');
  await close(page);
}
