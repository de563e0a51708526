import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';
import { button, forward, showIfAsked, shows, stage, until } from '../lib/stage.mjs';

export const name = 'step forward and back, by buttons and by keys';

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  const figure = await stage(page);

  await button(figure, 'To the start').click();
  const start = await until(figure, 'at the start', (now) => now.send.every((n) => n === 0));
  const seen = [start];
  for (let n = 0; n < 12; n++) {
    await forward(figure);
    const before = seen.at(-1);
    seen.push(await until(figure, `at step ${n + 1}`, (now) => JSON.stringify(now) !== JSON.stringify(before)));
  }
  assert(seen.some((now) => now.send.some((n) => n > 0)), 'the send buffer fills');
  for (let n = seen.length - 2; n >= 0; n--) {
    await button(figure, 'Step back').click();
    const there = JSON.stringify(seen[n]);
    await until(figure, `back at step ${n}: ${there}`, (now) => JSON.stringify(now) === there);
  }

  await button(figure, 'Step forward').focus();
  await page.keyboard.press('ArrowRight');
  await showIfAsked(figure);
  const one = JSON.stringify(seen[1]);
  await until(figure, `one step on by key: ${one}`, (now) => JSON.stringify(now) === one);
  await page.keyboard.press('ArrowLeft');
  const first = JSON.stringify(start);
  await until(figure, 'back by key', (now) => JSON.stringify(now) === first);
  await page.keyboard.press('End');
  await showIfAsked(figure);
  const end = await until(figure, 'at the end by key', (now) => now.events > 12);
  await page.keyboard.press('Home');
  await until(figure, 'at the start by key', (now) => JSON.stringify(now) === first);
  await button(figure, 'To the end').click();
  await showIfAsked(figure);
  assert.deepEqual(await until(figure, 'at the end again', (now) => now.events === end.events), end);
  assert((await shows(figure)).events > 12);
  await close(page);
}
