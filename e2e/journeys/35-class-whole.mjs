import assert from 'node:assert/strict';

import { beside, exported, first, opened, press, said, tile } from '../lib/board.mjs';
import { close, open, watch } from '../lib/browser.mjs';
import { read } from '../lib/csv.mjs';
import { bar, joins } from '../lib/learner.mjs';
import { reaches, runUntilFull } from '../lib/live.mjs';
import { LESSON } from '../lib/pages.mjs';
import { until } from '../lib/person.mjs';
import { button, live, stage } from '../lib/stage.mjs';

export const name = 'a whole lesson of a teacher and three learners: from the code to the end of the room, and the record says what was done';

export default async function ({ base, browser }) {
  const { page: teacher, code } = await opened(browser, base, 'Sockets, group 1');
  await press(teacher, 'I have it');
  const class_ = await Promise.all([
    types(browser, base, code, 'Ada'),
    joins(browser, base, code, 'Ben'),
    joins(browser, base, code, 'Cem'),
  ]);
  const [ada, ben, cem] = class_;
  await Promise.all(class_.map((page) => page.goto(new URL(LESSON, base).href)));
  const [came] = await Promise.all([predicts(ada, 6144), runs(ben), guesses(cem, 3)]);

  await stuck(teacher);
  await helps(teacher, ada);
  await asks(teacher, class_);
  await pairs(teacher, ada, ben);
  await serves(teacher, class_, base);
  await records(teacher, came);
  await ends(teacher, class_, code);
  for (const page of [...class_, teacher]) await close(page);
}

const does = (page, name) => bar(page).getByRole('button', { name, exact: true }).click();

/** Somebody with a phone, who types the code from the wall. */
async function types(browser, base, code, name) {
  const page = await open(browser, new URL('join', base).href, { width: 360, height: 740 });
  await page.getByLabel('The room’s code').fill(`${code.slice(0, 4)} ${code.slice(4)}`.toLowerCase());
  await page.getByLabel('Your name here').fill(name);
  await press(page, 'Join the room');
  await bar(page).getByText(name).waitFor();
  return page;
}

/** Steps to the stage's first question, and says that send takes so many bytes; whether it did. */
async function predicts(page, bytes) {
  const figure = await stage(page);
  await figure.locator('.stage').focus();
  await page.keyboard.press('End');
  await figure.getByRole('spinbutton', { name: 'How many bytes' }).fill(String(bytes));
  await button(figure, 'Predict and run').click();
  const verdict = figure.locator('[data-part=verdict]');
  await verdict.waitFor();
  return (await verdict.innerText()).includes('The same.');
}

/** Guesses wrongly, and after each time begins anew. */
async function guesses(page, times) {
  for (let time = 1; time <= times; time++) {
    await predicts(page, time);
    if (time < times) await page.reload();
  }
}

/** Runs the lesson's program on a real kernel to its end. */
async function runs(page) {
  const figure = await live(page);
  await runUntilFull(figure);
  const run = figure.locator('[data-part=live]');
  for (;;) {
    await reaches(figure, 'waits-for-peer', 'done');
    if ((await run.getAttribute('data-run')) === 'done') return;
    const before = await run.innerText();
    // The kernel may have room again, and the run come to its end, before the button is reached, which begins another run then: a click
    // that waits until it may be made would. So it is looked at and pressed in one go.
    const pressed = await figure.evaluate((f) => {
      const main = f.querySelector('.btns button.main');
      const reads = main.innerText.startsWith('Let the peer read') && main.ariaDisabled !== 'true';
      if (reads) main.click();
      return reads;
    });
    if (pressed) await until(async () => (await run.innerText()) !== before, 'the peer reads');
  }
}

/** Who is stuck comes first, and the board says why; of the others it says what they did. */
async function stuck(teacher) {
  await first(teacher, 'Cem');
  await tile(teacher, 'Cem').getByText('failed 3 times').waitFor();
  await teacher.locator('.list.help .count', { hasText: /^1$/ }).waitFor();
  await tile(teacher, 'Ben').waitFor();
}

/** A raised hand comes before that; the teacher looks and writes, and the learner sees both. */
async function helps(teacher, ada) {
  await does(ada, 'Raise hand');
  await first(teacher, 'Ada');
  await tile(teacher, 'Ada').getByRole('button').click();
  const panel = teacher.locator('[data-part=learner]');
  await panel.getByRole('button', { name: 'Look at their stage' }).click();
  await bar(ada).getByText('Your teacher is looking at your stage').first().waitFor();
  await panel.locator('[data-part=their-stage]', { hasText: /Now at step \d+/ }).waitFor();
  await panel.getByLabel('A message to this learner').fill('Look at the receive buffer.');
  await panel.getByRole('button', { name: 'Send' }).click();
  await bar(ada).getByText('Look at the receive buffer.').first().waitFor();
  await does(ada, 'I have read it');
  await panel.getByRole('button', { name: 'Lower the hand' }).click();
  await bar(ada).getByRole('button', { name: 'Raise hand' }).waitFor();
  await panel.getByRole('button', { name: 'Close' }).click();
  await bar(ada).getByText('Your teacher is looking at your stage').first().waitFor({ state: 'detached' });
  await first(teacher, 'Cem');
}

/** A question in two votes: nobody sees what the others say before it is revealed. */
async function asks(teacher, [ada, ben, cem]) {
  await press(teacher, 'Question');
  await teacher.getByLabel('A question that is ready').selectOption({ index: 1 });
  await press(teacher, 'Ask everybody');
  const choose = (page, place) => bar(page).locator('button.choice').nth(place).click();
  const asked = teacher.locator('[data-part=asked]');
  await Promise.all([choose(ada, 1), choose(ben, 0), choose(cem, 2)]);
  await asked.getByText('3 of 3 have answered').waitFor();
  assert.equal(await bar(ada).getByText('of 3,').count(), 0, 'what was said is hidden');
  await press(teacher, 'Talk to your neighbour');
  await bar(cem).getByText('Talk to your neighbour', { exact: true }).waitFor();
  await press(teacher, 'Second vote');
  await bar(cem).getByText('The same question again').waitFor();
  await Promise.all([choose(ada, 1), choose(ben, 1), choose(cem, 0)]);
  await asked.getByText('3 of 3 have answered').waitFor();
  await press(teacher, 'Reveal');
  await bar(ben).getByText('first 1 of 3, 33 %').first().waitFor();
  await bar(ben).getByText('then 2 of 3, 67 %').waitFor();
  await bar(ada).getByText('you, both times').waitFor();
  await press(teacher, 'Take the question away');
  await bar(ada).locator('#room-question').waitFor({ state: 'detached' });
}

/** Two learners on one wire: a line there, an answer back, and the teacher parts them. */
async function pairs(teacher, ada, ben) {
  await press(teacher, 'Pairs');
  await teacher.getByLabel('One, on the first host').selectOption({ label: 'Ada' });
  await teacher.getByLabel('The other, on the second').selectOption({ label: 'Ben' });
  await press(teacher, 'Propose this pair');
  await Promise.all([does(ada, 'Agree'), does(ben, 'Agree')]);
  await teacher.locator('[data-part=pair-list]', { hasText: 'both agreed' }).waitFor();
  await does(ada, 'Open the lab');
  await does(ada, 'Listen and accept');
  await bar(ada).getByText('In accept(3)').waitFor();
  await does(ben, 'Come in');
  await does(ben, 'Connect');
  for (const [from, to, line] of [[ben, ada, 'Are you there?'], [ada, ben, 'I am.']]) {
    await bar(from).getByLabel('A line to send').fill(line);
    await does(from, 'Send');
    await does(to, 'Receive');
    await bar(to).locator('[data-part=line-calls] q').getByText(line, { exact: true }).waitFor();
  }
  await press(teacher, 'Part them');
  for (const who of [ada, ben]) await bar(who).getByText('The wire between you.').waitFor({ state: 'detached' });
}

/** All are clients of the teacher's select server, whose lists stand on the wall. */
async function serves(teacher, class_, base) {
  const wall = await beside(teacher, 'The class’s server');
  await watch(wall, base);
  await press(wall, 'Start the server');
  const numbers = await Promise.all(class_.map(async (page, place) => {
    await does(page, 'Connect');
    const greeting = bar(page).getByText(/^You are client \d\.$/);
    await greeting.waitFor();
    await bar(page).getByLabel('A line to send').fill(`line ${place}`);
    await does(page, 'Send');
    await bar(page).getByText(`LINE ${place}`, { exact: true }).waitFor();
    return (await greeting.innerText()).match(/\d/)[0];
  }));
  assert.deepEqual(numbers.sort(), ['1', '2', '3']);
  await wall.locator('[data-part=connected]', { hasText: '3 clients of 3 that came' }).waitFor();
  for (const number of numbers) {
    await wall.locator('[data-list=read] [data-part=asked] li').getByText(number, { exact: true }).waitFor();
  }
  assert(!/Ada|Ben|Cem|line \d/i.test(await wall.locator('[data-part=clients]').innerText()), 'nobody’s name or line stands there');
  await press(wall, 'Stop the server');
  for (const page of class_) await bar(page).getByText('Your teacher’s server is running.').waitFor({ state: 'detached' });
  await wall.close();
}

/** The record, in both forms, says what was done and nothing else; of Ada's prediction whether it came so. */
async function records(teacher, came) {
  await press(teacher, 'Record');
  const [name, csv] = await exported(teacher, 'Export as CSV');
  const [, json] = await exported(teacher, 'Export as JSON');
  assert.match(name, /^\w{8}-v1\.csv$/);
  const lines = read(csv);
  const kept = JSON.parse(json);
  const names = Object.fromEntries(kept.learners.map((it) => [it.learner, it.nickname]));
  assert.deepEqual(Object.values(names).sort(), ['Ada', 'Ben', 'Cem']);
  // Both forms have the same rows; a cell is empty where the other has no field.
  const texts = (row) => Object.fromEntries(Object.entries(row).map(([field, value]) => [field, String(value)]));
  const filled = (line) => Object.fromEntries(Object.entries(line).filter(([, cell]) => cell !== ''));
  assert.deepEqual(lines.map(filled), kept.rows.map((row) => ({ ...texts(row), nickname: names[row.learner] })));

  const of = (nickname, what) => lines.filter((line) => line.nickname === nickname && line.what === what);
  const page = `/${LESSON}`;
  for (const nickname of ['Ada', 'Ben', 'Cem']) assert(of(nickname, 'opened').some((line) => line.page === page), nickname);
  assert.deepEqual(of('Ada', 'predicted').map((line) => [line.page, line.said, line.right]), [[page, '6144', String(came)]]);
  const guessed = of('Cem', 'predicted');
  assert.deepEqual(guessed.map((line) => [line.said, line.right]), [['1', 'false'], ['2', 'false'], ['3', 'false']]);
  assert.equal(new Set(guessed.map((line) => line.subject)).size, 1, 'the same question each time');
  const ran = of('Ben', 'ran');
  assert.deepEqual(ran.map((line) => line.live), ['true'], 'one run, on a real kernel');
  assert(!/Are you there|LINE \d|receive buffer\./i.test(csv + json), 'nothing that was typed or written is kept');

  // The teacher's deeds, in their order; no name stands there.
  const deeds = kept.actions.map((it) => it.action.says).join('\n');
  const order = [/looked at learner \d/, /sent a message to learner \d/, /asked a question/, /to revealed/, /proposed learner \d/, /parted learner \d/,
    /clients of the teacher's server/, /exported the record/];
  let from = 0;
  for (const deed of order) {
    const at = deeds.slice(from).search(deed);
    assert(at >= 0, `${deed} after what came before, in:\n${deeds}`);
    from += at;
  }
  assert(!/Ada|Ben|Cem/.test(deeds));
}

/** The room ends for all at once. */
async function ends(teacher, class_, code) {
  await press(teacher, /^Room/);
  await teacher.getByLabel('Type the room’s code to say that you mean it').fill(code);
  await press(teacher, 'End and delete');
  await said(teacher, 'is deleted');
  for (const page of class_) await bar(page).getByRole('link', { name: 'See your work, or join another room' }).waitFor();
}
