import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';

export const name = 'print keeps the text';

export default async function ({ base, browser }) {
  const url = new URL(LESSON, base).href;
  const [screen, paper] = [await open(browser, url), await open(browser, url, { print: true, dark: true })];
  const text = (page) => page.locator('main').evaluate((main) =>
    [...main.querySelectorAll('h1, h2, h3, p, li')].filter((e) => !e.closest('[data-figure], nav')).map((e) => [e.innerText.trim(), e.checkVisibility()]));
  const [onScreen, onPaper] = [await text(screen), await text(paper)];
  const lost = onScreen.filter(([words, seen], i) => words && seen && !onPaper[i][1]).map(([words]) => words.slice(0, 60));
  assert.deepEqual(lost, [], 'lost on paper');
  assert(onPaper.length > 20, `only ${onPaper.length} paragraphs`);
  const stage = await paper.locator('[data-figure=stage]').first().isVisible();
  assert(stage, 'the figure is printed too');
  const ink = await paper.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.match(ink, /rgba\(0, 0, 0, 0\)|rgb\(255, 255, 255\)/, `paper stays white, also in dark: ${ink}`);
  assert((await paper.pdf()).length > 10_000);
  await close(screen);
  await close(paper);
}
