import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';

export const name = 'what breaks programs is found, named and opened on the stage; it is a link; what is repaired stands; a search can be stopped';

const SERVER = `import socket
listener = socket.socket()
listener.bind(("", 7000))
listener.listen()
peer, address = listener.accept()
data = b""
while True:
    chunk = peer.recv(100)
    if not chunk:
        break
    data += chunk
peer.close()
`;
const CLIENT = `import socket
s = socket.socket()
s.connect(("127.0.0.1", 7000))
s.send(b"hello world")
s.close()
`;
/** Threads that meet in very many ways, and none is wrong. */
const ECHOES = `import socket, threading
def serve(peer):
    while True:
        data = peer.recv(100)
        if not data:
            break
        peer.sendall(data)
    peer.close()
listener = socket.create_server(("", 7000))
for k in range(4):
    peer, address = listener.accept()
    threading.Thread(target=serve, args=(peer,)).start()
`;
const CALLERS = `import socket, threading
def call():
    s = socket.create_connection(("127.0.0.1", 7000))
    s.sendall(b"hello world")
    got = b""
    while len(got) < 11:
        got += s.recv(100)
    s.close()
for k in range(4):
    threading.Thread(target=call).start()
`;

async function bench(browser, url, options) {
  const page = await open(browser, url, options);
  await page.locator('[data-figure=programs][data-state=live]').waitFor();
  await page.locator('.panel:not([hidden]) .cm-content').waitFor();
  return page;
}

const says = (page) => page.locator('[data-part=says]');
const find = (page) => page.locator('[data-part=find]');
const found = (page) => page.locator('[data-part=found]');
const tab = (page, name) => page.getByRole('tab', { name: new RegExp(`^${name}`) });
const clean = async (page) => assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

async function write(page, name, text) {
  await tab(page, name).click();
  await page.locator('.panel:not([hidden]) .cm-content').click();
  await page.keyboard.press('Control+a');
  await page.evaluate((it) => {
    const data = new DataTransfer();
    data.setData('text/plain', it);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

/** With the keyboard alone: to the button, and pressed. */
async function press(page, button) {
  await button.focus();
  await page.keyboard.press('Enter');
}

async function broken(browser, base) {
  const page = await bench(browser, new URL('programs', base).href);
  await write(page, 'Server', SERVER);
  await write(page, 'Client', CLIENT);
  await press(page, page.getByRole('toolbar', { name: 'Run and step' }).getByRole('button', { name: 'Run', exact: true }));
  await says(page).filter({ hasText: 'Every program has ended.' }).waitFor();
  const moment = await page.locator('.stage .moment').textContent();

  await press(page, find(page));
  await found(page).getByText('send may take fewer bytes').waitFor();
  await found(page).getByText('POSIX permits this').waitFor();
  await found(page).getByText('B8: A count that nobody looked at.').waitFor();
  assert.match(await found(page).getByRole('link', { name: 'The lesson about it' }).getAttribute('href'), /\/lessons\/how-much-did-send-take/);
  assert.match(await page.locator('[data-part=search]').textContent(), /send may take fewer bytes/, 'whoever listens is told');
  assert(await find(page).evaluate((it) => it === document.activeElement), 'the keyboard stays where it was');

  // The stage shows the failing run at its first unusual step, and the editor the line.
  await says(page).filter({ hasText: 'at its first unusual step' }).waitFor();
  await page.locator('.stage .caption').filter({ hasText: 'send(' }).waitFor();
  await page.locator('.panel:not([hidden]) .cm-at-bad').filter({ hasText: 's.send(' }).waitFor();
  const steps = found(page).getByRole('list', { name: 'The run that breaks it, step by step' });
  const unusual = steps.locator('.unusual');
  assert.equal(await unusual.count(), 1);
  assert.match(await unusual.textContent(), /Unusual: moves 1 byte here/);
  assert.equal(await steps.locator('[aria-current=step]').count(), 1);
  assert.match(await found(page).locator('.parts').last().textContent(), /The first difference.*send\(/);
  await clean(page);

  // Another step of it, by its button; and the stage, by the key's.
  await press(page, steps.getByRole('button').first());
  await says(page).filter({ hasText: 'at this step' }).waitFor();
  await press(page, found(page).getByRole('button', { name: 'Open at the first unusual step' }));
  await page.locator('.stage .caption').filter({ hasText: 'send(' }).waitFor();
  assert(await page.locator('.stage').evaluate((it) => it === document.activeElement), 'the keys step from there');

  // The link opens in a fresh page, at the same step.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, found(page).getByRole('button', { name: 'Copy a link to this run' }));
  await says(page).filter({ hasText: 'The link is copied: the programs, and where their run is.' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#programs@p1\.[\w-]+\.[\w-]+\.\d+$/);
  const at = await page.locator('.stage .moment').textContent();
  const other = await bench(browser, link);
  await other.locator('.stage .caption').filter({ hasText: 'send(' }).waitFor();
  assert.equal(await other.locator('.stage .moment').textContent(), at);
  await close(other);

  // The learner's own run comes back.
  await press(page, found(page).getByRole('button', { name: 'Back to your own run' }));
  await page.locator('.stage .moment').filter({ hasText: moment }).waitFor();

  // Repaired, it stands; what was found before is said to be of the texts before.
  await write(page, 'Client', CLIENT.replace('send(', 'sendall('));
  await found(page).getByText('they have changed since').waitFor();
  await press(page, find(page));
  await found(page).getByText(/^complete: [\d,]+ states, none breaks it$/).waitFor();
  await clean(page);

  // What cannot be run is not searched.
  await write(page, 'Client', 'if\n');
  await press(page, find(page));
  await page.locator('[data-part=faults]').getByText('SyntaxError').waitFor();
  assert.equal(await find(page).textContent(), 'Find what breaks it');
  await close(page);
}

/** A large space on a narrow page: it says how far it is, can be stopped, and leaves everything else to be pressed. */
async function stopped(browser, base) {
  const page = await bench(browser, new URL('programs', base).href, { width: 360, height: 740, dark: true });
  await write(page, 'Server', ECHOES);
  await write(page, 'Client', CALLERS);
  await press(page, find(page));
  const progress = page.locator('[data-part=progress]');
  await progress.filter({ hasText: /[1-9][\d,]* states tried: .*, runs with/ }).waitFor();
  await clean(page);
  assert.equal(await find(page).textContent(), 'Cancel the search');
  await press(page, find(page));
  await says(page).filter({ hasText: 'The search was stopped.' }).waitFor();
  assert.equal(await progress.count(), 0);

  // A fault is allowed by a box, and the search finds it.
  await write(page, 'Server', SERVER);
  await write(page, 'Client', CLIENT.replace('send(', 'sendall('));
  await page.locator('[data-part=risks] summary').click();
  await page.getByRole('checkbox', { name: 'a program is killed' }).check();
  await press(page, find(page));
  await found(page).getByRole('heading', { name: 'What breaks it' }).waitFor();
  await clean(page);
  await close(page);
}

/** By hand: how many bytes a call moves is chosen too. */
async function byHand(browser, base) {
  const page = await bench(browser, new URL('programs', base).href);
  await write(page, 'Server', SERVER);
  await write(page, 'Client', CLIENT);
  await page.locator('[data-part=scheduler] summary').click();
  await page.getByRole('checkbox', { name: /any number, as POSIX permits/ }).check();
  await says(page).filter({ hasText: 'From the beginning.' }).waitFor();
  await tab(page, 'Client').click();
  await page.locator('.panel:not([hidden]) .cm-line').filter({ hasText: 's.send(' }).click();
  await page.keyboard.press('F9');
  const toolbar = page.getByRole('toolbar', { name: 'Run and step' });
  await press(page, toolbar.getByRole('button', { name: 'Run', exact: true }));
  await says(page).filter({ hasText: 'At a breakpoint: client.py, line 4.' }).waitFor();
  await page.locator('[data-choice^="run "]').filter({ hasText: 'line 4' }).click();
  const part = page.locator('.choice .part');
  await part.getByRole('slider', { name: 'How many bytes the call moves' }).fill('3');
  await press(page, part.getByRole('button', { name: 'move 3 bytes' }));
  await page.locator('.stage .caption').filter({ hasText: 'send(3, 11 bytes) = 3' }).waitFor();
  await close(page);
}

export default async function ({ base, browser }) {
  await broken(browser, base);
  await stopped(browser, base);
  await byHand(browser, base);
}
