import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open, rest } from '../lib/browser.mjs';
import { bar, joins } from '../lib/learner.mjs';
import { until } from '../lib/person.mjs';
import { openRoom } from '../lib/teacher.mjs';

export const name = 'an exercise is judged on its page: what breaks it opens on the stage, also of a later round; a solution passes; the class hears of it';

const WHOLE = `import socket
def send_all(sock, data):
    while data:
        data = data[sock.send(data):]
sock = socket.create_connection(("127.0.0.1", 7000))
send_all(sock, b"one fish ")
send_all(sock, b"two fish")
sock.close()
`;
/** It collects its bytes, and never thinks of an end. */
const ENDLESS = `import socket
def receive_exactly(sock, n):
    data = b""
    while len(data) < n:
        data += sock.recv(n - len(data))
    return data
sock = socket.create_connection(("127.0.0.1", 7000))
name = receive_exactly(sock, 4)
pin = receive_exactly(sock, 3)
print(name.decode(), pin.decode())
sock.close()
`;

const says = (page) => page.locator('[data-part=says]');
const judge = (page) => page.locator('[data-part=judge]');
const judged = (page) => page.locator('[data-part=judged]');
const rounds = (page) => judged(page).getByRole('list', { name: 'The rounds' }).getByRole('listitem');
const tabs = (page) => page.getByRole('tablist', { name: 'Programs' }).getByRole('tab');
const names = async (page) => (await tabs(page).locator('b').allTextContents()).join(' ');
const text = (page) => page.locator('.panel:not([hidden]) .cm-content').innerText();
const clean = async (page) => assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

async function awake(page) {
  await page.locator('[data-figure=programs][data-state=live]').waitFor();
  // An editor comes when its place is near: on a narrow page that is below the task.
  await page.locator('.panel:not([hidden]) .write').scrollIntoViewIfNeeded();
  await page.locator('.panel:not([hidden]) .cm-content').waitFor();
  return page;
}

/** With the keyboard alone: to the button, and pressed. */
async function press(page, button) {
  await button.focus();
  await page.keyboard.press('Enter');
}

/** Into the editor that is open. */
async function write(page, what) {
  await page.locator('.panel:not([hidden]) .cm-content').focus();
  await page.keyboard.press('Control+a');
  await page.evaluate((it) => {
    const data = new DataTransfer();
    data.setData('text/plain', it);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, what);
}

/** In a class: the starter breaks, a solution passes, and the teacher sees both. */
async function inClass(browser, base) {
  const room = await openRoom(browser, base);
  const page = await joins(browser, base, room.code, 'Ada');
  await page.goto(new URL('exercises/send-all', base).href);
  await awake(page);
  await bar(page).getByText('Ada').waitFor();
  assert.equal(await page.getByRole('tab', { selected: true }).locator('b').textContent(), 'sender', 'the learner’s own file is open');

  await press(page, judge(page));
  await judged(page).getByRole('heading', { name: 'Round 1 breaks it' }).waitFor();
  await page.waitForFunction(() => document.querySelector('[data-part=judged]').getBoundingClientRect().top < innerHeight - 80);
  await judged(page).getByText(/^With a receiver that reads at once: sender, line \d+: send may take fewer bytes.*POSIX permits this\.$/).waitFor();
  assert.match(await rounds(page).first().textContent(), /with a receiver that reads at once: broken, [\d,]+ states/);
  assert.match(await page.locator('[data-part=search]').textContent(), /send may take fewer bytes/, 'whoever listens is told');
  assert(await judge(page).evaluate((it) => it === document.activeElement), 'the keyboard stays where it was');
  assert.match(await judged(page).getByRole('link', { name: 'The lesson about it' }).getAttribute('href'), /^\/lessons\/how-much-did-send-take/);
  await says(page).filter({ hasText: 'The run that breaks it, at its first unusual step.' }).waitFor();
  await page.locator('.stage .caption').filter({ hasText: 'send(' }).waitFor();
  await page.locator('.panel:not([hidden]) .cm-at-bad').filter({ hasText: 'sock.send(' }).waitFor();
  await clean(page);

  await write(page, WHOLE);
  await judged(page).getByText('Of your file as it was: it has changed since.').waitFor();
  await press(page, judge(page));
  await judged(page).getByRole('heading', { name: 'Passed' }).waitFor({ timeout: 200_000 });
  await judged(page).getByText(/^It stands every schedule with at most 3 unusual choices: [\d,]+ states in 2 rounds, none breaks it\.$/).waitFor();
  assert.equal(await rounds(page).count(), 2);
  assert.match(await judged(page).textContent(), /Not run on a real kernel here: socketscope grade send-all sender\.py --live does\./);
  await clean(page);

  await until(async () => (await room.tile('Ada'))?.last?.[0] === true, 'the teacher sees that it passed');
  const verdicts = JSON.stringify(await room.record()).match(/"verdict"/g);
  assert.equal(verdicts?.length, 2, 'both verdicts are kept');
  await close(page);
  await room.close();
}

/** What breaks it comes from a later round: its peers take their tabs, and go again. */
async function later(browser, base) {
  const page = await awake(await open(browser, new URL('exercises/receive-exactly', base).href, { width: 360, height: 740, dark: true }));
  assert.equal(await names(page), 'whole receiver');
  await write(page, ENDLESS);
  await press(page, judge(page));
  await page.locator('[data-part=judging]').getByText(/^Round \d of 3, with a sender .*: [\d,]+ states$/).waitFor();
  assert.equal(await judge(page).textContent(), 'Stop judging');
  await press(page, judge(page));
  await says(page).filter({ hasText: 'Judging was stopped.' }).waitFor();
  assert.equal(await page.locator('[data-part=judging]').count(), 0);

  await press(page, judge(page));
  await judged(page).getByRole('heading', { name: 'Round 3 breaks it' }).waitFor({ timeout: 200_000 });
  assert.equal(await rounds(page).count(), 3);
  await says(page).filter({ hasText: 'The other tabs hold round 3 now, with a sender who closes in the middle; your file is as it was.' }).waitFor();
  assert.equal(await names(page), 'quitter receiver');
  await page.locator('.stage .caption').waitFor();
  await tabs(page).last().click();
  assert.match(await text(page), /data \+= sock\.recv/);
  await clean(page);

  // The link carries the round.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, judged(page).getByRole('button', { name: 'Copy a link to this run' }));
  await says(page).filter({ hasText: 'The link is copied: the programs, and where their run is.' }).waitFor();
  const other = await awake(await open(browser, await page.evaluate(() => navigator.clipboard.readText())));
  await other.locator('.stage .caption').waitFor();
  assert.equal(await names(other), 'quitter receiver');
  await close(other);

  // Back: the peers of the first round, the learner's text, and the report still there to open the run again.
  await press(page, page.getByRole('button', { name: 'Back to the first round' }));
  assert.equal(await names(page), 'whole receiver');
  assert.match(await text(page), /data \+= sock\.recv/);
  await press(page, judged(page).getByRole('button', { name: 'Open the run that breaks it' }));
  await says(page).filter({ hasText: 'The other tabs hold round 3 now' }).waitFor();
  assert.equal(await names(page), 'quitter receiver');

  // Kept is the learner's text among the first round's peers.
  await tabs(page).last().click();
  await write(page, `${ENDLESS}# mine\n`);
  await rest(page, 600);
  await page.reload();
  await awake(page);
  assert.equal(await names(page), 'whole receiver');
  assert.match(await text(page), /# mine/);

  // What is no program is told, and not judged.
  await write(page, 'if\n');
  await press(page, judge(page));
  await judged(page).getByRole('heading', { name: 'Not judged' }).waitFor();
  await judged(page).getByText('receiver.py, line 1: SyntaxError').waitFor();
  await close(page);
}

export default async function ({ base, browser }) {
  await inClass(browser, base);
  await later(browser, base);
}
