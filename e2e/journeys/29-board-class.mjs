import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { beside, exported as file, first, opened, press, said, tile } from '../lib/board.mjs';
import { close, open } from '../lib/browser.mjs';
import { classroom } from '../lib/class.mjs';
import { until } from '../lib/person.mjs';
import { start } from '../lib/server.mjs';

export const name = 'a teacher opens a room, sees who needs help first, asks, exports, locks and ends it; the wall has no names';

const FAILED = { verdict: { exercise: 'send-all', passed: false, says: 'send() raises EAGAIN, and the loop gives up' } };

export default async function ({ browser, binary }) {
  const site = await start(binary);
  try {
    await teach(browser, site.url);
  } finally {
    await site.stop();
  }
}

async function teach(browser, base) {
  const { page, code } = await opened(browser, base, 'Sockets, group 2');
  assert.match(code, /^\w{8}$/);
  const secret = await page.locator('[data-part=the-secret]').innerText();
  assert.deepEqual(await barriers(page), []);
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByText(secret).waitFor({ state: 'detached' });

  const people = await classroom(await open(browser, base));
  for (const learner of ['Ines', 'Ravi']) assert(Object.keys(await people.join(code, learner))[0] === 'joined');
  await tile(page, 'Ravi').waitFor();
  const order = () => page.locator('.tile h3').allInnerTexts();

  // Whoever fails again and again comes first; a hand comes before that.
  await people.save('Ravi', [FAILED, FAILED, FAILED]);
  await first(page, 'Ravi');
  assert.match(await tile(page, 'Ravi').innerText(), /failed 3 times/);
  assert.match(await tile(page, 'Ravi').innerText(), /EAGAIN/);
  await people.learn('Ines', { hand: { up: true } });
  await first(page, 'Ines');
  assert.deepEqual(await order(), ['Ines', 'Ravi']);
  await page.locator('[data-part=heard]', { hasText: 'Ines has raised a hand.' }).waitFor({ state: 'attached' });

  await learner(page, people);
  await question(page, people);
  await wall(page, code);
  await exported(page);
  await locked(page, people, code);
  await ended(page, people, code);
  await close(page);
}

/** A learner's panel by the keyboard: a message, the stage, the hand. */
async function learner(page, people) {
  await tile(page, 'Ines').getByRole('button').focus();
  await page.keyboard.press('Enter');
  const panel = page.locator('[data-part=learner]');
  assert.equal(await page.evaluate(() => document.activeElement.innerText), 'Ines', 'the panel has the keyboard');
  await panel.getByLabel('A message to this learner').fill('Look at <b>line 12</b>.');
  await panel.getByRole('button', { name: 'Send' }).click();
  await said(page, 'The message is sent.');
  await until(async () => (await people.messages('Ines')).includes('Look at <b>line 12</b>.'));
  assert.deepEqual(await people.messages('Ravi'), [], 'a message to one is for one');

  await panel.getByRole('button', { name: 'Look at their stage' }).click();
  await until(async () => (await people.view('Ines')).looked_at);
  const place = { page: '/lessons/how-much-did-send-take', figure: 'partial-send', step: 22, of: 60, link: '22' };
  await people.learn('Ines', { at: { place } });
  const beside = panel.getByRole('link', { name: 'Open it beside this page' });
  await page.waitForFunction(() => document.querySelector('[data-part=their-stage] a')?.href.endsWith('send-take#partial-send@22'));
  const [stage] = await Promise.all([page.context().waitForEvent('page'), beside.click()]);
  await stage.waitForURL(/partial-send@22$/);
  await stage.close();
  assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

  await panel.getByRole('button', { name: 'Lower the hand' }).click();
  await until(async () => !(await people.view('Ines')).hand);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await until(async () => !(await people.view('Ines')).looked_at);
}

/** A question that is ready, voted on twice. */
async function question(page, people) {
  await press(page, 'Question');
  await page.getByLabel('A question that is ready').selectOption({ index: 1 });
  await press(page, 'Ask everybody');
  const asked = page.locator('[data-part=asked]');
  await asked.waitFor();
  const { id } = (await people.view('Ines')).question;
  await people.learn('Ines', { vote: { question: id, choice: 1 } });
  await people.learn('Ravi', { vote: { question: id, choice: 0 } });
  await asked.getByText('2 of 2 have answered').waitFor();
  assert(!(await asked.locator('[data-part=histogram]').isVisible()), 'what was said is hidden');
  await press(page, 'Talk to your neighbour');
  await press(page, 'Second vote');
  await page.locator('[data-phase=second]').waitFor();
  for (const learner of ['Ines', 'Ravi']) await people.learn(learner, { vote: { question: id, choice: 1 } });
  await asked.getByText('2 of 2 have answered').waitFor();
  await press(page, 'Reveal');
  await page.locator('[data-phase=revealed] [data-part=histogram]').waitFor();
  const cells = await page.locator('.votes tr.right td').allInnerTexts();
  assert.match(cells[0], /1 · 50/);
  assert.match(cells[1], /2 · 100/);
  await until(async () => (await people.view('Ravi')).question.right === 1);
}

/** The projector's page, opened from the board. */
async function wall(page, code) {
  const shown = await beside(page, 'Open the wall for the projector');
  for (const [width, height, dark] of [[1280, 720, false], [1280, 720, true], [360, 640, false], [360, 640, true]]) {
    await shown.setViewportSize({ width, height });
    await shown.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await shown.locator('[data-part=wall] [data-part=histogram]').waitFor();
    assert.deepEqual([...(await barriers(shown)), ...(await beyond(shown))], [], `the wall at ${width}, ${dark ? 'dark' : 'light'}`);
  }
  const text = await shown.locator('main').innerText();
  assert(!/Ines|Ravi/.test(text), 'no name stands on the wall');
  assert(text.replace(/\s/g, '').includes(code), 'the code does');
  await shown.close();
  await press(page, 'Take the question away');
  await said(page, 'taken away');
}

async function exported(page) {
  await press(page, 'Record');
  const [name, csv] = await file(page, 'Export as CSV');
  assert.match(name, /^\w{8}-v1\.csv$/);
  const lines = csv.trim().split(/\r?\n/);
  assert(lines.length > 3 && lines.some((line) => line.includes('Ravi') && line.includes('EAGAIN')), csv);
  const [, json] = await file(page, 'Export as JSON');
  assert(JSON.stringify(JSON.parse(json)).includes('EAGAIN'), 'the JSON can be read back');

  const roster = (text) => ({ name: 'class.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByLabel('Choose a roster').setInputFiles(roster('Ines\nPetra Park\n'));
  await said(page, 'The roster is read.');
  await page.locator('[data-part=missing]', { hasText: '1 of the roster' }).waitFor();
  await page.getByLabel('Choose a roster').setInputFiles(roster('Ines\nPetra Park\nines\n'));
  await page.locator('[data-part=note].bad', { hasText: /Line 3/ }).waitFor();
  await page.getByRole('button', { name: 'What teachers did in this room' }).click();
  await page.locator('[data-part=log] li').first().waitFor();
  assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);
}

async function locked(page, people, code) {
  await page.getByRole('button', { name: /^Room/ }).click();
  await page.getByLabel('Locked: nobody new may join').check();
  await page.getByRole('button', { name: 'Room (locked)' }).waitFor();
  assert.equal((await people.join(code, 'Late')).refused.why, 'locked');
}

async function ended(page, people, code) {
  const typed = page.getByLabel('Type the room’s code to say that you mean it');
  await typed.fill('AAAAAAAA');
  await press(page, 'End and delete');
  await page.getByText('That is not this room’s code. Nothing is deleted.').waitFor();
  await typed.fill(`${code.slice(0, 4)} ${code.slice(4)}`.toLowerCase());
  await press(page, 'End and delete');
  await page.locator('[data-part=note]', { hasText: 'is deleted' }).waitFor();
  await until(() => people.out('Ines'));
  assert.equal(await page.evaluate(() => localStorage['socketscope.taught']), '[]', 'nothing of it is remembered here');
}
