import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';

export const name = 'the review asks about a lesson by keyboard, again what was not known, again after a week and with other values; it moves as a file; no answer before one gives up';

const LESSON = 'how-much-did-send-take';
/** A lesson of whose questions some have variants. */
const VARIED = 'how-much-did-recv-give';
const DAY_MS = 86_400_000;
/** Noon of some day. */
const NOON = Date.UTC(2030, 0, 10, 12);

const head = (page) => page.locator('[data-part=later] h2');
const says = (page) => page.locator('[data-part=says]');
const told = (page) => page.locator('[data-part=told]');
const awake = (page) => page.locator('[data-figure=later][data-state=live]').waitFor();
const clean = async (page) => assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

/** The questions of a lesson, as the page has them. */
const questions = (page, lesson = LESSON) =>
  page.evaluate(async (lesson) => {
    const { later } = await (await fetch(document.querySelector('[data-figure=later] script[type="application/json"]').dataset.from)).json();
    return later.questions.filter((it) => it.lesson === lesson);
  }, lesson);

/** Chooses an option with the keyboard and sends it. */
async function answer(page, at) {
  const option = page.getByRole('radio').nth(at);
  await option.focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Answer', exact: true }).focus();
  await page.keyboard.press('Enter');
}

async function press(page, button) {
  await page.getByRole('button', { name: button, exact: true }).focus();
  await page.keyboard.press('Enter');
}

const card = (page) => page.locator('[data-part=later] .expect');
const plain = (sentence) => sentence.map((part) => Object.values(part)[0]).join('');

/** A text with the values of a variant. */
const filled = (text, { values }) => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`«${name}»`, value), text);

/** Which of the questions stands there, in which variant, with the answer that is right in that one. */
async function present(page, all) {
  const text = (await card(page).locator('> p:nth-of-type(2)').textContent()).trim();
  const place = await card(page).getAttribute('data-variant');
  const variant = place === null ? null : Number(place);
  const ask = (it) => (it.variants ? filled(plain(it.ask), it.variants[variant]) : plain(it.ask));
  const might = all.filter((it) => (variant === null ? !it.variants : it.variants?.[variant]));
  const found = might.find((it) => ask(it) === text);
  assert(found, `no question of the lesson: ${text}`);
  return { ...found, variant, answer: found.variants ? found.variants[variant].answer : found.answer };
}

/** Everything that the card shows of a question in its variant. */
async function shows(page, asked) {
  const { variants, variant } = asked;
  const listing = asked.listing.map(([, text]) => filled(text, variants[variant]));
  assert.deepEqual(await card(page).locator('pre').allTextContents(), listing);
  const options = asked.options.map((it) => filled(plain(it), variants[variant]));
  assert.deepEqual(await card(page).locator('label.option > span').allTextContents(), options);
  assert(!(await card(page).textContent()).includes('«'), 'a place is open');
}

/** Answers what is asked about until a question with variants comes that is not among these. */
async function toVaried(page, all, done = []) {
  for (let left = all.length; left > 0; left--) {
    const asked = await present(page, all);
    if (asked.variants && !done.includes(asked.name)) return asked;
    await answer(page, asked.answer - 1);
    await told(page).waitFor();
    await press(page, 'Next');
  }
  assert.fail('no question with variants');
}

/** A question with variants keeps its own while it is open, and comes back with another. */
async function comesBackOtherwise(page, base) {
  await page.evaluate(() => localStorage.clear());
  await page.clock.setFixedTime(NOON);
  await page.goto(new URL(`lessons/${VARIED}`, base).href);
  await page.getByRole('link', { name: 'Your review' }).click();
  await awake(page);
  const all = await questions(page, VARIED);
  const first = await toVaried(page, all);
  await shows(page, first);

  // A wrong answer and a reload change nothing about it.
  await answer(page, first.answer % first.options.length);
  await says(page).filter({ hasText: 'Not that one' }).waitFor();
  assert.equal((await present(page, all)).variant, first.variant, 'it stays while it is open');
  await page.reload();
  await awake(page);
  const same = await toVaried(page, all);
  assert.deepEqual([same.name, same.variant], [first.name, first.variant], 'a reload keeps it');
  await answer(page, first.answer - 1);
  await page.locator('[data-part=told][data-known=true]').waitFor();
  assert.equal(await card(page).getAttribute('data-variant'), String(first.variant), 'its answer is that of the same');
  await press(page, 'Next');

  // What is told comes again in this sitting, with other values.
  const second = await toVaried(page, all, [first.name]);
  await press(page, 'Tell me');
  await told(page).waitFor();
  await press(page, 'Next');
  let again = await present(page, all);
  while (again.name !== second.name) {
    await answer(page, again.answer - 1);
    await told(page).waitFor();
    await press(page, 'Next');
    again = await present(page, all);
  }
  assert.notEqual(again.variant, second.variant);
  await shows(page, again);

  // So does what was known, after its interval.
  await page.clock.setFixedTime(NOON + DAY_MS);
  await page.reload();
  await awake(page);
  let later = await present(page, all);
  while (later.name !== first.name) {
    await answer(page, later.answer - 1);
    await told(page).waitFor();
    await press(page, 'Next');
    later = await present(page, all);
  }
  assert.equal(later.variant, (first.variant + 1) % first.variants.length, 'the next variant');
  await shows(page, later);
  await clean(page);
}

export default async function ({ base, browser }) {
  const url = new URL('review', base).href;
  const page = await open(browser, url, { width: 360, height: 740, dark: true });
  await awake(page);
  await head(page).filter({ hasText: 'Nothing is due' }).waitFor();
  await page.clock.setFixedTime(NOON);

  // A lesson's page leads here with its name.
  await page.goto(new URL(`lessons/${LESSON}`, base).href);
  await page.getByRole('link', { name: 'Your review' }).click();
  await awake(page);
  const all = await questions(page);
  assert(all.length >= 3);
  await head(page).filter({ hasText: `${all.length} questions` }).waitFor();
  await clean(page);

  // Nothing chosen, then a wrong answer: no word of the right one.
  await press(page, 'Answer');
  await says(page).filter({ hasText: 'Choose an answer first.' }).waitFor();
  const first = await present(page, all);
  await answer(page, first.answer % first.options.length);
  await says(page).filter({ hasText: 'Not that one' }).waitFor();
  assert.equal(await told(page).count(), 0, 'the answer is not told');
  assert.equal(await page.getByRole('radio').nth(first.answer % first.options.length).isDisabled(), true);
  await answer(page, first.answer - 1);
  await page.locator('[data-part=told][data-known=true]').waitFor();
  await clean(page);
  await press(page, 'Next');
  assert(await head(page).evaluate((it) => it === document.activeElement), 'the keyboard goes to the next question');

  // Told: it comes again in this sitting; the others are known at once.
  const second = await present(page, all);
  await press(page, 'Tell me');
  await page.locator('[data-part=told][data-known=false]').waitFor();
  await press(page, 'Next');
  for (let left = all.length - 2; left > 0; left--) {
    const other = await present(page, all);
    await answer(page, other.answer - 1);
    await told(page).waitFor();
    await press(page, 'Next');
  }
  assert.equal((await present(page, all)).name, second.name, 'what was told is asked once more');
  await answer(page, second.answer - 1);
  await told(page).waitFor();
  await press(page, 'Next');
  await head(page).filter({ hasText: 'Done for today' }).waitFor();

  // Saved, forgotten, read again.
  await page.getByText('What you are asked about').click();
  await clean(page);
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Save as a file')]);
  const kept = JSON.parse(await readFile(await file.path(), 'utf8'));
  assert.equal(Object.keys(kept.cards).length, all.length);
  await page.evaluate(() => localStorage.clear());
  await page.goto(url);
  await awake(page);
  await head(page).filter({ hasText: 'Nothing is due' }).waitFor();
  await page.getByText('What you are asked about').click();
  await page.locator('input[type=file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"version":7}') });
  await says(page).filter({ hasText: 'Nothing was changed' }).waitFor();
  await page.locator('input[type=file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(kept)) });
  await says(page).filter({ hasText: 'The file was read' }).waitFor();
  await page.getByText('The next question comes tomorrow.').waitFor();

  // A week later all of them are there again.
  await page.clock.setFixedTime(NOON + 7 * DAY_MS);
  await page.reload();
  await awake(page);
  await head(page).filter({ hasText: `${all.length} questions` }).waitFor();

  await comesBackOtherwise(page, base);
  await close(page);
}
