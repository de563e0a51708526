import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';

export const name = 'the home page knows what is read, and leads back to where one stopped; the page of all lessons has them all';

const begin = (page) => page.locator('[data-begin]');
/** Somebody is there, and reads up to this place. */
async function readTo(page, selector) {
  await page.mouse.move(20, 300);
  await page.locator(selector).first().evaluate((it) => it.scrollIntoView());
  await page.mouse.move(30, 310);
}

export default async function ({ base, browser }) {
  const page = await open(browser, base);
  const fresh = await begin(page).innerText();
  assert.match(fresh, /^Begin with/);
  assert.equal(await page.locator('p[data-progress]').isVisible(), false);

  await page.goto(`${base}lessons/what-a-socket-is`);
  const kept = () => page.evaluate(() => new Promise((on) => document.addEventListener('socketscope:kept', on, { once: true })));
  const finished = kept();
  await readTo(page, '.footer');
  await finished;
  await page.goto(`${base}lessons/both-talk`);
  await page.mouse.move(20, 300);
  await readTo(page, '#twenty-thousand-bytes');
  await page.goto(base);
  await page.locator('p[data-progress]').filter({ hasText: 'You have read 1 of 28' }).waitFor();
  assert.equal(await page.locator('[data-lesson=what-a-socket-is]').getAttribute('data-progress'), 'read');
  assert.equal(await page.locator('[data-lesson=both-talk]').getAttribute('data-progress'), 'begun');
  assert.match(await begin(page).innerText(), /^Go on: Both talk, nobody listens/);
  assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);
  await begin(page).click();
  await page.waitForURL(/\/lessons\/both-talk#(twenty-thousand-bytes|four-full-buffers)$/);

  // Read to its end: then the first that is not read is next.
  const whole = kept();
  await readTo(page, '.footer');
  await whole;
  await page.goto(base);
  await begin(page).filter({ hasText: 'Go on: One client, one server' }).waitFor();

  const all = page.locator('a', { hasText: 'all lessons on one page' });
  await all.click();
  await page.waitForURL('**/whole');
  assert.equal(await page.locator('.lesson-opening').count(), 28);
  assert((await page.locator('.on-paper').count()) > 60);
  assert.deepEqual(await beyond(page), []);
  await close(page);

  const phone = await open(browser, `${base}whole`, { width: 320, scripts: false, dark: true });
  assert.deepEqual(await beyond(phone), []);
  await close(phone);
}
