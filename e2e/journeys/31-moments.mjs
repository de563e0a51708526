import assert from 'node:assert/strict';

import { close, open, PATIENCE_MS, rest } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';
import { call, playground, rows } from '../lib/play.mjs';
import { button, forward, stage } from '../lib/stage.mjs';

export const name = 'figures tell the page what was done and where they are, and go where they are told';

/** Keeps what figures tell in `page.heard`. */
const listen = (page) =>
  page.evaluate(() => {
    window.heard = [];
    for (const name of ['did', 'at']) {
      document.addEventListener(`socketscope:${name}`, (e) => window.heard.push({ name, ...JSON.parse(e.detail) }));
    }
  });
const heard = (page, name) => page.evaluate((name) => window.heard.filter((told) => told.name === name), name);

/** The last place that was told, once the figure has come to rest. */
async function place(page) {
  await rest(page, 700);
  return (await heard(page, 'at')).at(-1);
}

const go = (page, figure, link) =>
  page.evaluate((detail) => document.dispatchEvent(new CustomEvent('socketscope:go', { detail })), JSON.stringify({ figure, link }));

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  await listen(page);
  const figure = await stage(page);
  const id = await figure.getAttribute('id');
  assert.deepEqual(await heard(page, 'at'), [], 'to wake is not to do something');

  // Outside a room nobody pays for links.
  await button(figure, 'Step forward').click();
  const asked = button(figure, 'Predict and run');
  await asked.waitFor();
  await figure.getByLabel('takes all 20,000').check();
  await asked.click();
  let there = await place(page);
  assert.equal(there.figure, id);
  assert(there.step > 0 && there.of >= there.step && !('link' in there), JSON.stringify(there));
  assert.deepEqual(await heard(page, 'did'), [
    { name: 'did', figure: id, did: { predicted: { question: `${id}/1`, said: '20,000', right: false } } },
  ]);

  // In a room a place has a link, which leads another page there, and this one back.
  await page.evaluate(() => (document.documentElement.dataset.room = ''));
  await forward(figure);
  there = await place(page);
  assert.match(there.link, /^\d/);
  const story = await rows(figure);
  for (let i = 0; i < 2; i++) await forward(figure);
  await go(page, id, there.link);
  assert.deepEqual(await rows(figure), story);
  await page.evaluate(() => document.dispatchEvent(new CustomEvent('socketscope:ask')));
  assert.equal((await heard(page, 'at')).at(-1).link, there.link);
  const other = await open(browser, `${new URL(LESSON, base).href}#${id}@${there.link}`);
  const again = await stage(other);
  await other.waitForFunction((n) => document.querySelectorAll('[data-figure=stage] li[data-event]').length >= n, story.length);
  assert.deepEqual(await rows(again), story);
  await other.reload();
  await other.waitForFunction((n) => document.querySelectorAll('[data-figure=stage] li[data-event]').length >= n, story.length);
  await close(other);

  // A way that ends says so; what was answered is not told again; the run's end is told once.
  await go(page, id, `${there.link}.lose_999`);
  await figure.getByRole('status').filter({ hasText: 'leads no further' }).waitFor();
  for (let tries = 0; tries < 4 && (await heard(page, 'did')).length < 2; tries++) {
    await button(figure, 'To the end').click();
    const show = button(figure, 'Just show me');
    await show.click({ timeout: 500 }).catch(() => {});
    await page.waitForTimeout(100);
  }
  const did = await heard(page, 'did');
  const ran = { name: 'did', figure: id, did: { ran: { figure: id, live: false } } };
  assert.deepEqual(did.slice(1), [ran]);
  const end = (await place(page)).link;
  const whole = await rows(figure);
  await close(page);

  // Who is led to the end has not run it; who steps there has.
  const led = await open(browser, new URL(LESSON, base).href);
  await listen(led);
  const ahead = await stage(led);
  await go(led, id, end);
  assert.deepEqual(await rows(ahead), whole);
  await place(led);
  assert.deepEqual(await heard(led, 'did'), []);
  await button(ahead, 'Step back').click();
  await forward(ahead);
  await place(led);
  assert.deepEqual(await heard(led, 'did'), [ran]);
  await close(led);

  // The playground's place is its record.
  const free = await open(browser, new URL('playground', base).href);
  await listen(free);
  await free.evaluate(() => (document.documentElement.dataset.room = ''));
  const play = await playground(free);
  await call(play, 'Server', 'socket()');
  await free.waitForFunction(() => window.heard.some((told) => told.name === 'at' && told.link), null, { timeout: PATIENCE_MS });
  const moment = await place(free);
  assert.match(moment.link, /^v1\./);
  const told = await rows(play);
  await call(play, 'Server', 'socket()');
  assert.notDeepEqual(await rows(play), told);
  await place(free);
  await go(free, moment.figure, moment.link);
  await free.waitForFunction((n) => document.querySelectorAll('[data-figure=playground] li[data-event]').length === n, told.length);
  assert.deepEqual(await rows(play), told);
  await close(free);
}
