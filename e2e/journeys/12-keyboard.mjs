import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { reaches } from '../lib/live.mjs';
import { LESSON } from '../lib/pages.mjs';
import { button, live, stage } from '../lib/stage.mjs';

export const name = 'with keys alone: nothing that is pressed takes the keyboard with it';

/** What has the keyboard, by its text. */
const holder = (page) => page.evaluate(() => document.activeElement.innerText.trim());

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  const figure = await stage(page);

  // The question gets the keyboard, and all of it is in sight.
  await figure.locator('.stage').focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement.tagName === 'H3');
  assert.equal(await holder(page), 'Before you step');
  const foot = await button(figure, 'Just show me').evaluate((b) => b.getBoundingClientRect().bottom);
  assert(foot < 800, `the buttons of the question lie below the fold, at ${foot}`);

  await button(figure, 'Just show me').focus();
  await page.keyboard.press('Enter');
  await figure.locator('[data-part=verdict]').waitFor();
  assert.equal(await holder(page), 'What you predicted');
  const before = await figure.locator('.moment').innerText();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((was) => document.querySelector('.moment').innerText !== was, before);

  // One event back is one step back, although that step had several.
  const slider = figure.getByRole('slider');
  await slider.focus();
  const there = await slider.inputValue();
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((was) => !document.querySelector('.moment').innerText.endsWith(` ${was}`), there);
  assert.equal(await figure.locator('.moment').innerText(), `after event ${await slider.inputValue()}`);

  // The main button of a live run stays the same button, whatever it does next.
  const real = await live(page);
  await button(real, 'Run it for real').focus();
  await page.keyboard.press('Enter');
  await reaches(real, 'waits-for-peer');
  assert.match(await holder(page), /^Let the peer read/);
  await page.keyboard.press('Tab');
  assert.equal(await holder(page), 'Stop');
  await page.keyboard.press('Enter');
  await reaches(real, 'stopped');
  assert.equal(await holder(page), 'Run it for real');
  await close(page);
}
