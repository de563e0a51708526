import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';

export const name = 'programs are loaded before they are run: in view while nothing else is to be done, or when pointed at; nobody sees it before the press';

/** Notes what workers are told, `load`, `line`, `run`, and how much they have answered. */
function listening() {
  Object.assign(globalThis, { told: [], answers: 0 });
  const heard = new WeakSet();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.command) globalThis.told.push(...Object.keys(JSON.parse(message.command)));
    if (!heard.has(this)) this.addEventListener('message', () => { globalThis.answers++; });
    heard.add(this);
    return post.call(this, message, ...rest);
  };
}

/** The same in a browser that is to save data. */
const saving = `(${listening})(); Object.defineProperty(navigator, 'connection', { value: { saveData: true } });`;

async function bench(browser, url, init) {
  const page = await open(browser, url, { init });
  await page.locator('[data-figure=programs][data-state=live]').waitFor();
  await page.locator('.panel:not([hidden]) .cm-content').waitFor();
  return page;
}

const machines = (page) => page.workers().filter((it) => it.url().includes('programs-worker'));
const asked = (page) => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => /studio_bg|programs-worker/.test(name)));
const told = (page) => page.evaluate(() => globalThis.told);
const button = (page, name) => page.getByRole('toolbar', { name: 'Run and step' }).getByRole('button', { name, exact: true });
const marked = (page) => page.locator('.panel:not([hidden]) .cm-at-now');
const says = (page) => page.locator('[data-part=says]');

/** The machine has answered so many commands, and the page has had time to show it. */
async function answered(page, count) {
  await page.waitForFunction((it) => globalThis.answers >= it, count);
  await page.waitForTimeout(200);
}

async function untouched(page) {
  assert.equal(await marked(page).count(), 0, 'no line is marked');
  assert.equal(await page.locator('.stage').count(), 0, 'no run is shown');
  assert.equal(await page.locator('[data-part=faults]').count(), 0, 'no fault is shown');
  assert.match(await says(page).textContent(), /started in the order of their tabs/);
}

/** In view, with nothing else to do. */
async function inView(browser, base) {
  const page = await bench(browser, new URL('programs', base).href, listening);
  await answered(page, 1);
  assert.deepEqual(await told(page), ['load']);
  await untouched(page);
  await button(page, 'Over').click();
  await marked(page).filter({ hasText: 'server = socket.socket()' }).waitFor();
  assert.deepEqual(await told(page), ['load', 'line'], 'the press only steps');
  await close(page);
}

/** Of a figure that nobody has come to there is no machine, nor where data is to be saved before somebody points. */
async function notYet(browser, base) {
  const lesson = await open(browser, new URL('lessons/four-framings', base).href);
  assert.equal(await lesson.locator('[data-figure=programs]').count(), 1);
  await lesson.waitForTimeout(1500);
  assert.equal(await asked(lesson), false, 'the programs are far below');
  await lesson.locator('[data-figure=programs]').scrollIntoViewIfNeeded();
  await lesson.locator('[data-figure=programs] [role=toolbar]').scrollIntoViewIfNeeded();
  await lesson.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('studio_bg')));
  assert.equal(machines(lesson).length, 1);
  await close(lesson);

  const page = await bench(browser, new URL('programs', base).href, saving);
  await page.waitForTimeout(1500);
  assert.equal(await asked(page), false, 'data is saved');
  await button(page, 'Over').hover();
  await answered(page, 1);
  assert.deepEqual(await told(page), ['load']);
  await button(page, 'Into').hover();
  await untouched(page);
  await button(page, 'Over').click();
  await marked(page).filter({ hasText: 'server = socket.socket()' }).waitFor();
  assert.deepEqual(await told(page), ['load', 'line'], 'pointing loads once, the press only steps');
  await close(page);
}

/** Replaces the text of the editor that is shown. */
async function write(page, text) {
  await page.locator('.panel:not([hidden]) .cm-content').click();
  await page.keyboard.press('Control+a');
  await page.evaluate((it) => {
    const data = new DataTransfer();
    data.setData('text/plain', it);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

/** What was loaded ahead and is edited then runs as it is now; what is wrong with it is said when it is asked for. */
async function edited(browser, base) {
  const page = await bench(browser, new URL('programs', base).href, listening);
  await answered(page, 1);
  await page.getByRole('tab', { name: /^Client/ }).click();
  await write(page, "print('another')\n");
  await page.evaluate(() => [...document.querySelectorAll('[role=toolbar] button')].find((it) => it.textContent === 'Run').click());
  await page.getByRole('region', { name: 'Output of Client' }).getByText('another').waitFor();
  assert.deepEqual((await told(page)).slice(0, 3), ['load', 'load', 'run']);

  await write(page, 'if\n');
  const before = (await told(page)).length;
  await button(page, 'Over').hover();
  await answered(page, before + 1);
  assert.equal(await page.locator('[data-part=faults]').count(), 0, 'nobody has asked yet');
  assert.match(await says(page).textContent(), /The text has changed/);
  await button(page, 'Over').click();
  await page.locator('[data-part=faults]').getByText('SyntaxError').waitFor();
  assert.equal((await told(page)).length, before + 1, 'what cannot be run is not stepped');

  // A breakpoint set after pointing is one.
  await write(page, 'x = 1\ny = 2\nprint(x + y)\n');
  await button(page, 'Over').hover();
  await answered(page, before + 2);
  await page.locator('.panel:not([hidden]) .cm-line').filter({ hasText: 'y = 2' }).click();
  await page.keyboard.press('F9');
  await button(page, 'Run').click();
  await says(page).filter({ hasText: 'At a breakpoint: client.py, line 2.' }).waitFor();
  await close(page);
}

export default async function ({ base, browser }) {
  await inView(browser, base);
  await notYet(browser, base);
  await edited(browser, base);
}
