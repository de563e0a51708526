import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';
import { rows } from '../lib/play.mjs';
import { button, forward, stage } from '../lib/stage.mjs';

export const name = 'a link to a moment of a lesson\u2019s stage leads there again, whatever was chosen on the way';

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  const figure = await stage(page);
  for (let steps = 0; steps < 3; steps++) await forward(figure);
  // Another choice than the default, where there is one.
  const offers = figure.locator('.offer');
  await offers.nth((await offers.count()) - 1).click();
  await button(figure, 'Link to this moment').click();
  await figure.getByRole('status').filter({ hasText: 'address bar' }).waitFor();
  assert.match(page.url(), /#[\w-]+@\d/);
  const story = await rows(figure);

  const other = await open(browser, page.url());
  const again = await stage(other);
  await other.waitForFunction((n) => document.querySelectorAll('[data-figure=stage] li[data-event]').length >= n, story.length);
  assert.deepEqual(await rows(again), story);
  const top = await again.evaluate((f) => f.getBoundingClientRect().top);
  assert(Math.abs(top) < 200, `the stage is in sight, at ${top}`);
  await close(other);

  // Another moment of the same page.
  await page.evaluate(() => (location.hash = location.hash.replace(/@.*/, '@2')));
  await page.waitForFunction(() => document.querySelector('[data-figure=stage]')?.dataset.state === 'live' && document.querySelectorAll('[data-figure=stage] li[data-event]').length <= 3);
  await close(page);

  // What is no way is followed as far as it goes.
  const broken = await open(browser, page.url().replace(/@.*/, '@5.lose_999.7'));
  await stage(broken);
  await close(broken);
}
