import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open, rest } from '../lib/browser.mjs';

export const name = 'programs are edited, run, stepped by line and back, and stop at a breakpoint; an endless loop leaves the page alone; work is kept, and is in the link';

async function bench(browser, url, options) {
  const page = await open(browser, url, options);
  await page.locator('[data-figure=programs][data-state=live]').waitFor();
  await page.locator('.panel:not([hidden]) .cm-content').waitFor();
  return page;
}

const says = (page) => page.locator('[data-part=says]');
const press = (page, name) => page.getByRole('toolbar', { name: 'Run and step' }).getByRole('button', { name, exact: true }).click();
const tab = (page, name) => page.getByRole('tab', { name: new RegExp(`^${name}`) });
const wrote = (page, name) => page.getByRole('region', { name: `Output of ${name}` });

/** Replaces the text of the editor that is shown. */
async function write(page, text) {
  await page.locator('.panel:not([hidden]) .cm-content').click();
  await page.keyboard.press('Control+a');
  // As a paste: the browser itself would keep the style of what it replaces, which the security policy refuses aloud.
  await page.evaluate((it) => {
    const data = new DataTransfer();
    data.setData('text/plain', it);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

async function runs(browser, base) {
  const page = await bench(browser, new URL('programs', base).href);
  await press(page, 'Run');
  await wrote(page, 'Client').getByText("bytes came back as b'BYTES'").waitFor();
  await wrote(page, 'Server').getByText('the client has closed').waitFor();
  await says(page).filter({ hasText: 'Every program has ended.' }).waitFor();
  assert((await page.locator('[data-part=transcript], .script').count()) > 0, 'the stage of the run stands below');

  // Back to the start, then line by line: the line that runs next is marked, and what a line changed.
  await press(page, 'Run, backwards');
  await says(page).filter({ hasText: 'At the beginning.' }).waitFor();
  await tab(page, 'Client').click();
  const now = page.locator('.panel:not([hidden]) .cm-at-now');
  await press(page, 'Over');
  await now.filter({ hasText: 'client = socket.socket()' }).waitFor();
  await press(page, 'Over');
  await now.filter({ hasText: 'client.connect' }).waitFor();
  const changed = page.locator('[data-part=variables] .changed').filter({ hasText: 'client' });
  await changed.getByText('changed: ').waitFor({ state: 'attached' });
  await press(page, 'Over, backwards');
  await now.filter({ hasText: 'client = socket.socket()' }).waitFor();

  // Tabs by keys.
  await tab(page, 'Client').focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await tab(page, 'Server').getAttribute('aria-selected'), 'true');
  await page.keyboard.press('ArrowRight');

  // A breakpoint, set by a key.
  await page.locator('.panel:not([hidden]) .cm-line').filter({ hasText: 'reply = client.recv' }).click();
  await page.keyboard.press('F9');
  await page.locator('.panel:not([hidden]) .sign.stop').waitFor();
  await press(page, 'Run');
  await says(page).filter({ hasText: 'At a breakpoint: client.py, line 8.' }).waitFor();
  await now.filter({ hasText: 'reply = client.recv' }).waitFor();
  await press(page, 'Call');
  await page.locator('[data-part=c]').filter({ hasText: 'recv(' }).getByText('sizeof buf').waitFor();
  assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

  // Call by call and event by event, as on any stage.
  const moment = page.locator('.stage .moment');
  const before = await moment.textContent();
  await press(page, 'Event');
  await moment.filter({ hasNotText: before }).waitFor();
  await press(page, 'Event, backwards');
  await moment.filter({ hasText: before }).waitFor();
  await close(page);
}

async function mistakes(browser, base) {
  const page = await bench(browser, new URL('programs', base).href, { width: 360, height: 740, dark: true });
  await tab(page, 'Client').click();
  await write(page, 'x = 1\nif x\n    print(x)\n');
  await press(page, 'Run');
  const faults = page.locator('[data-part=faults]');
  await faults.getByText('SyntaxError').waitFor();
  await faults.getByRole('button', { name: 'client.py, line 2' }).waitFor();
  await page.locator('.panel:not([hidden]) .cm-at-bad').waitFor();

  // What fails says where, and the traceback leads there.
  await write(page, 'def f():\n    return 1 / 0\n\nf()\n');
  await press(page, 'Run');
  await wrote(page, 'Client').getByText('ZeroDivisionError').waitFor();
  await wrote(page, 'Client').getByRole('button', { name: 'File "client.py", line 2' }).click();
  await page.locator('.cm-activeLineGutter').filter({ hasText: '2' }).waitFor();
  assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

  // Input is asked for and given.
  await write(page, "name = input('who? ')\nprint('hello', name)\n");
  await press(page, 'Run');
  await page.getByRole('textbox', { name: 'A line of input for Client' }).fill('Ada');
  await page.getByRole('button', { name: 'Enter', exact: true }).click();
  await wrote(page, 'Client').getByText('hello Ada').waitFor();

  // An endless loop: the page answers while it runs, and the run can be stopped.
  await write(page, 'n = 0\nwhile True:\n    n += 1\n');
  await press(page, 'Run');
  await says(page).filter({ hasText: 'It runs.' }).waitFor();
  await tab(page, 'Server').click();
  assert.equal(await tab(page, 'Server').getAttribute('aria-selected'), 'true');
  await press(page, 'Pause');
  await page.getByRole('toolbar', { name: 'Run and step' }).getByRole('button', { name: 'Run', exact: true }).waitFor();

  // A machine that answers no more is stopped, and made anew.
  await tab(page, 'Client').click();
  await write(page, "print('here again')\n");
  const worker = page.workers().find((it) => it.url().includes('programs-worker'));
  worker.evaluate(() => { for (;;); }).catch(() => {}); // it ends with the worker
  await press(page, 'Run');
  await says(page).filter({ hasText: 'One step took longer than 5 seconds' }).waitFor();
  await press(page, 'Run');
  await wrote(page, 'Client').getByText('here again').waitFor();
  await close(page);
}

async function kept(browser, base) {
  const page = await bench(browser, new URL('programs', base).href);
  await tab(page, 'Client').click();
  await write(page, "print('mine')\n");
  await page.getByRole('button', { name: /Compare with the original/ }).click();
  await page.locator('[data-part=compare] .new').filter({ hasText: "print('mine')" }).waitFor();
  await rest(page, 500); // it is kept a moment after the last key
  await page.reload();
  await page.locator('[data-figure=programs][data-state=live]').waitFor();
  await tab(page, 'Client').click();
  await page.locator('.panel:not([hidden]) .cm-line').filter({ hasText: "print('mine')" }).waitFor();

  // The link opens elsewhere with the programs and their run.
  await press(page, 'Run');
  await wrote(page, 'Client').getByText('mine').waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await says(page).filter({ hasText: 'The link is copied: the programs, and where their run is.' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#programs@p1\.[\w-]+\.[\w-]+$/);
  const other = await bench(browser, link);
  await wrote(other, 'Client').getByText('mine').waitFor();

  // Somebody's link, changed here, does not take the place of what was here: that is put aside.
  await tab(other, 'Client').click();
  await write(other, "print('theirs')\n");
  await other.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await other.getByRole('button', { name: 'Copy link' }).click();
  await says(other).filter({ hasText: 'The link is copied: the programs, from the start.' }).waitFor();
  const theirs = await other.evaluate(() => navigator.clipboard.readText());
  const line = (text) => page.locator('.panel:not([hidden]) .cm-line').filter({ hasText: text });
  await page.evaluate((it) => { location.hash = new URL(it).hash; }, theirs);
  await tab(page, 'Client').click();
  await line("print('theirs')").waitFor();
  await write(page, "print('theirs, changed')\n");
  await says(page).filter({ hasText: 'put aside' }).waitFor();
  await page.getByRole('button', { name: 'What was put aside' }).click();
  await line("print('mine')").waitFor();
  await page.getByRole('button', { name: 'What was put aside' }).click();
  await line("print('theirs, changed')").waitFor();
  await page.getByRole('button', { name: 'What was put aside' }).click();
  await line("print('mine')").waitFor();

  // Of a link that was cut off the programs open at least; of one that is worse, the page's own.
  const cut = await bench(browser, link.slice(0, -20));
  await tab(cut, 'Client').click();
  await cut.locator('.panel:not([hidden]) .cm-line').filter({ hasText: "print('mine')" }).waitFor();
  const worse = await bench(browser, link.replace(/@p1\..*/, '@p1.AAAA'));
  await says(worse).filter({ hasText: 'This link is damaged' }).waitFor();

  // Back to the original, and the programs as files.
  await page.getByRole('button', { name: 'Reset the texts' }).click();
  await page.locator('.panel:not([hidden]) .cm-line').filter({ hasText: 'client.connect' }).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download .py' }).click();
  assert.equal((await download).suggestedFilename(), 'client.py');
  for (const it of [worse, cut, other, page]) await close(it);
}

/** A figure alone, in another site's frame: it steps, and knows no relay. */
async function embedded(browser, base) {
  const page = await open(browser, new URL('embed/partial-send', base).href, { width: 820 });
  assert.doesNotMatch(page.response.headers()['content-security-policy'], /frame-ancestors/);
  await page.locator('[data-figure=stage][data-state=live]').waitFor();
  await page.getByRole('button', { name: 'Step forward' }).click();
  await page.locator('.moment').filter({ hasNotText: 'before the first' }).waitFor();
  assert.equal(await page.locator('.masthead, #room-bar').count(), 0);
  assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);
  await close(page);
}

async function still(browser, base) {
  const page = await open(browser, new URL('programs', base).href, { scripts: false });
  await page.getByText('client.connect(("127.0.0.1", 7000))').waitFor();
  assert.match(await page.content(), /bytes came back as b'BYTES'/, 'what the programs write is in the page');
  await close(page);
}

export default async function ({ base, browser }) {
  await runs(browser, base);
  await mistakes(browser, base);
  await kept(browser, base);
  await embedded(browser, base);
  await still(browser, base);
}
