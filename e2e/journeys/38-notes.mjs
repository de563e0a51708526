import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';

export const name = 'a listing from notes is pasted, read and repaired, by keyboard alone; it stays over a reload; the page answers whatever is pasted';

const LISTING = `import socket
def ask(host):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STRAEM)
    sock.connect((host, 9000))
    while True:
        chunk = sock.recv(1024)
        if chunk == '':
            break
        print chunk
`;

/** Puts a text where a paste would put it. */
const paste = (page, text) => page.evaluate((it) => {
  const data = new DataTransfer();
  data.setData('text/plain', it);
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}, text);

async function desk(browser, base, options) {
  const page = await open(browser, new URL('notes', base).href, options);
  const listing = page.getByRole('textbox', { name: 'Your listing' });
  await page.locator('.cm-content').waitFor();
  return { page, listing };
}

async function byKeyboard(browser, base) {
  const { page, listing } = await desk(browser, base);
  const state = page.locator('[data-part=state]');
  await page.getByText('Your listing').click();
  assert(await listing.evaluate((it) => it === document.activeElement), 'its label leads to the editor');
  await paste(page, LISTING);

  // It is read after a pause, without a key.
  const said = page.getByRole('region', { name: 'What is said of it' });
  await said.getByText('Written for Python 2.').first().waitFor();
  const finds = said.getByRole('listitem').filter({ has: page.locator('.where') });
  for (const [line, code] of [[3, 'SOCK_STRAEM'], [7, "chunk == ''"], [9, 'print chunk']]) {
    const one = finds.filter({ has: page.getByRole('link', { name: `Line ${line}`, exact: true }) });
    await one.getByText(code).first().waitFor();
  }
  assert.match(await state.textContent(), /Written for Python 2\. \d mistakes/, 'whoever listens hears it');
  assert((await page.locator('.cm-signs .sign').count()) >= 3, 'signs stand at the lines');

  // Tab indents in the editor; after Escape it leaves, however long one waits.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Tab');
  await page.locator('.cm-line').first().filter({ hasText: /^ {4}import/ }).waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('?');
  assert.equal(await page.getByRole('dialog').count(), 0, 'keys type in the editor');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Escape');
  await page.getByRole('status').filter({ hasText: 'Tab now leaves the editor.' }).waitFor();
  await page.waitForTimeout(2500); // CodeMirror's own way ends after two seconds
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  assert.equal(await focused(), 'Read it');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'said-title');

  // A line of the review leads to the line of the listing.
  await said.getByRole('link', { name: 'Line 7', exact: true }).focus();
  await page.keyboard.press('Enter');
  assert(await listing.evaluate((it) => it === document.activeElement), 'a line leads into the editor');
  await page.locator('.cm-activeLineGutter').filter({ hasText: '7' }).waitFor();

  // The repaired program, copied and saved.
  const mended = page.getByRole('region', { name: 'The repaired program' });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await mended.getByRole('button', { name: 'Copy' }).press('Enter');
  await mended.getByText('Copied.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /SOCK_STREAM/);
  assert.match(copied, /print\(chunk/);
  const saving = page.waitForEvent('download');
  await mended.getByRole('button', { name: 'Download as .py' }).press('Enter');
  const file = await saving;
  assert.equal(file.suggestedFilename(), 'repaired.py');
  assert.equal(await readFile(await file.path(), 'utf8'), copied);
  assert((await mended.locator('li.mended').count()) >= 3, 'changed lines are marked');

  await page.reload();
  await page.locator('.cm-content').filter({ hasText: 'SOCK_STRAEM' }).waitFor();
  await said.getByText('Written for Python 2.').first().waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await state.filter({ hasText: 'Nothing is read yet.' }).waitFor();
  await page.reload();
  await page.locator('.cm-placeholder').waitFor();
  await close(page);
}

/** Whatever is pasted: too much, no program at all, the example. */
async function whatever(browser, base) {
  const { page, listing } = await desk(browser, base);
  const state = page.locator('[data-part=state]');
  await listing.focus();
  await paste(page, 'while x < 3: pass # \u{1f600}\n'.repeat(40_000));
  await state.filter({ hasText: /too long/ }).waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await listing.focus();
  await paste(page, `${'('.repeat(50_000)}<img src=x onerror=alert(1)>\0`);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.locator('#notes[data-state=read]').waitFor();
  await page.getByRole('button', { name: 'Put the example here' }).click();
  await page.locator('#notes[data-state=read] .finds li').first().waitFor();
  const live = await page.locator('[data-part=review] .where').allTextContents();
  assert.deepEqual(live, await page.locator('.worked .where').allTextContents(), 'the browser says what the page says');
  await close(page);
}

/** No barrier with a review on the page, and nothing beyond the screen. */
async function barrierFree(browser, base) {
  const found = [];
  for (const [width, dark] of [[360, true], [1280, false]]) {
    const { page } = await desk(browser, base, { width, dark });
    await page.getByRole('button', { name: 'Put the example here' }).click();
    await page.locator('.finds li').first().waitFor();
    await page.locator('.cm-signs .sign').first().waitFor();
    found.push(...(await barriers(page)), ...(await beyond(page)));
    await close(page);
  }
  assert.deepEqual(found, []);
}

/** What reads may hang: the page goes on, stops it when asked, and makes another. */
async function stopped(browser, base) {
  const { page, listing } = await desk(browser, base);
  const state = page.locator('[data-part=state]');
  const worker = /\/notes-worker-[0-9a-f]+\.js$/;
  await page.route(worker, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: 'onmessage = () => { for (;;); };' });
  });
  await listing.focus();
  await paste(page, LISTING);
  await state.filter({ hasText: 'Reading your listing' }).waitFor();
  await page.keyboard.type('# the page still answers\n');
  await page.locator('.cm-line').filter({ hasText: 'the page still answers' }).waitFor();
  await page.getByRole('button', { name: 'Stop reading' }).click();
  await state.filter({ hasText: 'Reading was stopped.' }).waitFor();
  await page.unroute(worker);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.locator('#notes[data-state=read] .finds li').first().waitFor();
  await close(page);
}

/** Where the editor, or what reads, does not load: the plain field stays, and what happened is said. */
async function without(browser, base) {
  const page = await open(browser, new URL('keys', base).href);
  page.tolerate(/editor-|review|was not (loaded|read)|ERR_FAILED/);
  page.tolerate(/icon\.svg net::ERR_ABORTED/); // this page is left at once
  await page.route(/\/editor-[0-9a-f]+\.js$/, (route) => route.abort());
  await page.goto(new URL('notes', base).href);
  const listing = page.getByRole('textbox', { name: 'Your listing' });
  await listing.fill('print "a"\n');
  await page.locator('[data-part=review]').getByText('Written for Python 2.').first().waitFor();
  await page.route(/\/review_bg-[0-9a-f]+\.wasm$/, (route) => route.abort());
  await page.reload();
  await page.locator('[data-part=state]').filter({ hasText: /could not be read/ }).waitFor();
  assert.equal(await listing.inputValue(), 'print "a"\n', 'the listing stays');
  await page.unroute(/\/review_bg-[0-9a-f]+\.wasm$/);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.locator('[data-part=review]').getByText('Written for Python 2.').first().waitFor();
  await close(page);

  const still = await open(browser, new URL('notes', base).href, { scripts: false });
  assert(!(await still.locator('#notes').isVisible()), 'what needs scripts is not shown');
  await still.getByRole('region', { name: 'A worked example' }).getByText('Written for Python 2.').waitFor();
  await close(still);
}

export default async function ({ base, browser }) {
  await byKeyboard(browser, base);
  await whatever(browser, base);
  await stopped(browser, base);
  await barrierFree(browser, base);
  await without(browser, base);
}
