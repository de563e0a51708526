import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';

export const name = 'the review asks about a lesson by keyboard, again what was not known, again after a week; it moves as a file; no answer before one gives up';

const LESSON = 'how-much-did-send-take';
const DAY_MS = 86_400_000;
/** Noon of some day. */
const NOON = Date.UTC(2030, 0, 10, 12);

const head = (page) => page.locator('[data-part=later] h2');
const says = (page) => page.locator('[data-part=says]');
const told = (page) => page.locator('[data-part=told]');
const awake = (page) => page.locator('[data-figure=later][data-state=live]').waitFor();
const clean = async (page) => assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

/** The questions of the lesson, as the page has them. */
const questions = (page) =>
  page.evaluate(async (lesson) => {
    const { later } = await (await fetch(document.querySelector('[data-figure=later] script[type="application/json"]').dataset.from)).json();
    return later.questions.filter((it) => it.lesson === lesson);
  }, LESSON);

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

/** Which of the questions stands there. */
async function present(page, all) {
  const text = (await page.locator('[data-part=later] .expect > p:nth-of-type(2)').textContent()).trim();
  const plain = (it) => it.ask.map((part) => Object.values(part)[0]).join('');
  const found = all.find((it) => plain(it) === text);
  assert(found, `no question of the lesson: ${text}`);
  return found;
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
  await close(page);
}
