import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { all, blind, one, says } from '../lib/tree.mjs';

export const name = 'a lesson from the accessibility tree alone: every question is answered by numbers that it holds, and a transcript tells each figure';

const MOST_READS = 12;
const OFFERED = 20_000;
const number = (text) => Number(text.replaceAll(',', ''));

export default async function ({ base, browser }) {
  await reckoned(browser, new URL('lessons/how-much-did-send-take', base).href);
  await shown(browser, new URL('lessons/finish-then-close', base).href);
}

/**
 * Three questions about what `send` takes. How much fits at all nobody can know before it is seen once; from then on the tree holds what
 * the answers are reckoned from.
 */
async function reckoned(browser, url) {
  const figure = '20,000 bytes for a reader who is busy';
  const page = await open(browser, url);
  const reader = await blind(page);
  const asked = await toQuestion(reader, figure);
  assert.match(asked.question, /Both buffers were asked to be 4096/);
  assert.equal(asked.held, 0);
  const room = number(await show(reader, figure));
  const [, from, to] = (await transcript(reader, figure)).at(-1).match(/^\d+ sender send\(3, 20000 bytes\) = \d+ The kernel took ([\d,]+)–([\d,]+)\./);
  assert.equal(number(to) - number(from), room, 'the transcript says what the kernel took');

  await page.reload();
  for (let nth = 0; nth < 3; nth++) {
    const fits = room - (await toQuestion(reader, figure)).held;
    await answer(reader, figure, fits ? String(fits) : 'EAGAIN');
  }
  assert.equal(await toQuestion(reader, figure), undefined, 'no other question');
  const rows = await transcript(reader, figure);
  whole(rows);
  conserved(rows);
  pictures(await reader.read());
  await live(reader);
  await close(page);
}

/** Another lesson, with other calls and errors: looked at once, then each question of it answered by what the tree said. */
async function shown(browser, url) {
  const page = await open(browser, url);
  const reader = await blind(page);
  const figures = all(await reader.read(), 'region').filter((region) => all(region, 'slider', 'Events').length).map(({ name }) => name);
  assert(figures.length > 0, 'the lesson has a figure');
  const said = {};
  for (const figure of figures) {
    said[figure] = [];
    while (await toQuestion(reader, figure)) said[figure].push(await show(reader, figure));
    whole(await transcript(reader, figure));
  }
  pictures(await reader.read());
  assert(Object.values(said).flat().length >= 3, `questions of the lesson: ${JSON.stringify(said)}`);
  await page.reload();
  for (const figure of figures) {
    for (const words of said[figure]) {
      await toQuestion(reader, figure);
      await answer(reader, figure, words);
    }
  }
  await close(page);
}

const region = (tree, figure) => one(tree, 'region', figure);

/** Where a figure is, as its slider says. */
const moment = (figure) => Number(one(figure, 'slider', 'Events').value);

/** Goes on to the next question: what it asks, and how much the send buffer holds, if there is one. Nothing if the run ends first. */
async function toQuestion(reader, figure) {
  const asked = (now) => all(now, 'radiogroup')[0];
  const ended = (now) => one(now, 'button', 'Step forward').disabled;
  const before = region(await reader.read(), figure);
  if (!asked(before) && !ended(before)) await reader.press(one(before, 'button', 'To the end'), 'Enter');
  const now = await reader.waits((tree) => {
    const it = region(tree, figure);
    return (asked(it) || ended(it)) && it;
  }, 'a question, or the end');
  if (!asked(now)) return undefined;
  const [buffer] = all(now, 'group', /^Send buffer: [\d,]+ (held|of)/);
  return { question: asked(now).name, held: buffer && number(buffer.name.match(/[\d,]+/)[0]) };
}

/** What came of the last question: what was said, if anything, and what the kernel said. */
function verdict(figure) {
  const past = says(figure).match(/At event \d+ (?:you said ([^;]+); )?the kernel said ([^.]+)\./);
  if (past) return { said: past[1], did: past[2], same: past[1] === past[2] };
  const list = all(figure, 'DescriptionList').find((it) => all(it, 'term', 'this kernel said').length);
  const [did, said] = all(list, 'definition').map(says).reverse();
  return { said, did, same: all(figure, 'StaticText', 'The same.').length > 0 };
}

/** Presses a button of a question and waits until it is no longer the one that is asked; what came of it. */
async function settled(reader, figure, button) {
  const asked = one(region(await reader.read(), figure), 'radiogroup').name;
  await reader.press(one(region(await reader.read(), figure), 'button', button), 'Enter');
  return reader.waits((tree) => {
    const now = region(tree, figure);
    return all(now, 'radiogroup', asked).length ? undefined : verdict(now);
  }, `what comes of “${asked}”`);
}

/** Asks to be shown; what the kernel said. */
const show = async (reader, figure) => (await settled(reader, figure, 'Just show me')).did;

/** Chooses the answer that says this. */
async function answer(reader, figure, words) {
  const question = one(region(await reader.read(), figure), 'radiogroup');
  const means = {
    0: /^(returns 0|gives no byte at all)/,
    waits: /^waits/,
    succeeds: /^succeeds/,
  }[words] ?? (/^E/.test(words) ? new RegExp(`\\(${words}\\)$`) : new RegExp(`^(takes|gives) all ${words}$`));
  const [whole] = all(question, 'radio', means);
  if (whole) {
    await reader.press(whole, 'Space');
  } else {
    await reader.press(one(question, 'radio', /^(takes a part|gives fewer):$/), 'Space');
    await reader.write(one(question, 'spinbutton', 'How many bytes'), words.replaceAll(',', ''));
  }
  const { said, did, same } = await settled(reader, figure, 'Predict and run');
  assert(same, `to “${question.name}” was said ${said}, and the kernel said ${did}`);
}

/** The whole transcript of a figure, row by row, as it is read out: its last part, then what is earlier, part by part. */
async function transcript(reader, figure) {
  const part = (tree) => all(one(region(tree, figure), 'list', 'Transcript'), 'listitem').map(says).filter((row) => /^\d+ (?!next |earlier |later )/.test(row));
  let tree = await reader.read();
  let rows = part(tree);
  const earlier = () => all(region(tree, figure), 'button', /earlier events$/)[0];
  while (earlier()) {
    const first = parseInt(rows[0]);
    await reader.press(earlier(), 'Enter');
    tree = await reader.waits((now) => parseInt(part(now)[0]) < first && now, 'earlier events');
    rows = [...part(tree).filter((row) => parseInt(row) < first), ...rows];
  }
  assert.equal(rows.length, moment(region(tree, figure)), 'a row for each event');
  return rows;
}

/** A run to its end is told without a gap, and each row says more than its number. */
function whole(rows) {
  for (const [at, row] of rows.entries()) assert.match(row, new RegExp(`^${at + 1} \\S+ .{8,}`), 'events in order, each with a sentence');
}

/** What the rows say was taken, and what they say was given, is the stream from its first byte to its last. */
function conserved(rows) {
  for (const tells of [/The kernel took ([\d,]+)–([\d,]+)/, /recv\(.*? ([\d,]+)–([\d,]+)/]) {
    let end = 0;
    for (const [, from, to] of rows.map((row) => row.match(tells)).filter(Boolean)) {
      assert.equal(number(from), end, `${tells} in “${rows.join('\n')}”`);
      end = number(to);
    }
    assert.equal(end, OFFERED, `${tells} in “${rows.join('\n')}”`);
  }
}

/** No picture of the page is without a name, and that of each ladder leads to the transcript. */
function pictures(tree) {
  for (const role of ['image', 'graphics-document', 'figure']) {
    for (const it of all(tree, role)) assert(it.name, `a ${role} without a name: “${says(it)}”`);
  }
  const ladders = all(tree, 'image', /^Ladder of events/);
  assert(ladders.length > 0 && ladders.every((it) => /the transcript tells each\.$/.test(it.name)), `${ladders.map((it) => it.name)}`);
}

/** The run on a real kernel: its table holds both answers to each call, and what must hold can be reckoned from it. */
async function live(reader) {
  const figure = 'The same sender on a real kernel';
  const button = (tree, name) => all(region(tree, figure), 'button', name)[0];
  const rows = (tree) => all(region(tree, figure), 'row');
  await reader.press(button(await reader.read(), 'Run it for real'), 'Enter');
  const held = (tree) => all(region(tree, figure), 'listitem').map(says).filter((it) => /: held$/.test(it));
  await reader.waits((tree) => held(tree).length === 3, 'while nobody reads, a bounded total');
  // The peer is let read until there is nothing left to stop.
  for (let reads = 0; ; reads++) {
    const tree = await reader.waits((now) => (button(now, /^Let the peer read 4096 bytes/) || (rows(now).length && !button(now, 'Stop'))) && now, 'the run rests');
    if (!button(tree, 'Stop')) break;
    assert(reads < MOST_READS, 'the peer reads and reads');
    await reader.press(button(tree, /^Let the peer read 4096 bytes/), 'Enter');
    await reader.waits((now) => rows(now).length > rows(tree).length, 'the peer has read');
  }
  const tree = await reader.read();
  const real = rows(tree).filter((row) => /^send\(/.test(all(row, 'rowheader')[0]?.name ?? '')).map((row) => says(all(row, 'cell')[1]));
  const counts = real.filter((it) => /^\d/.test(it)).map((it) => number(it.match(/^[\d,]+/)[0]));
  assert(counts[0] > 0 && counts[0] < OFFERED, `the first count is a part: ${real}`);
  assert(real.includes('EAGAIN'), `then EAGAIN: ${real}`);
  assert.equal(held(tree).length, 4, `what must hold: ${held(tree)}`);
}
