import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { hit, kept, reach, round, step } from '../lib/keys.mjs';
import { reaches } from '../lib/live.mjs';
import { LESSON } from '../lib/pages.mjs';

export const name = 'a whole lesson by keyboard alone: from the home page through every figure, question and real call to the next lesson';

const TITLE = 'How much did send take?';
// What is answered to the three questions, and what is said of it.
const ANSWERS = [
  { option: 'takes a part:', bytes: 5792, verdict: /5792[^]*5792[^]*The same\./ },
  { option: 'raises BlockingIOError (EAGAIN)', verdict: /EAGAIN[^]*EAGAIN[^]*The same\./ },
  { option: 'takes a part:', bytes: 1, verdict: /4343 bytes off\./ },
];
const MOST_PRESSES = 150;
const MOST_READS = 40;

const focused = (page) => page.evaluate(() => document.activeElement.innerText?.replace(/\s+/g, ' ').trim() ?? '');
const stage = (page) => page.getByRole('region', { name: '20,000 bytes for a reader who is busy' });

export default async function ({ base, browser }) {
  // Whoever reaches for a pointer after all is told on.
  const page = await open(browser, base, { init: () => addEventListener('pointerdown', () => console.error('a pointer was used'), true) });
  await homeStage(page);
  await hit(page, new RegExp(`^${TITLE.replace('?', '\\?')}`));
  await page.waitForURL((url) => url.pathname.endsWith(LESSON));
  await skips(page);

  await reach(page, /^20,000 bytes for a reader who is busy/);
  await awake(page, 'stage');
  for (const answer of ANSWERS) await answers(page, answer);
  await toTheEnd(page);
  await opened(page, 'What stopped it');

  await runs(page);
  await later(page);
  await hit(page, /^Next: How much did recv give\?/);
  await page.waitForURL((url) => url.pathname.endsWith('/lessons/how-much-did-recv-give'));
  await reach(page, 'Skip to the text');

  // No trap: back in the lesson, now that everything is awake and open, the way leads round in both directions.
  await page.goBack();
  await stage(page).waitFor();
  await round(page);
  await close(page);
}

/** The small stage of the home page: stepped to its end. */
async function homeStage(page) {
  await reach(page, /^One send, how many receives\?/);
  await awake(page, 'stage');
  await reach(page, 'Step forward');
  await pressUntil(page, 'Enter', async () => (await page.getByRole('button', { name: 'Step forward' }).getAttribute('aria-disabled')) === 'true');
}

/** The first stop of a page leads past what stands on every page. */
async function skips(page) {
  await hit(page, 'Skip to the text');
  const next = await step(page);
  assert(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), `“${next?.name}” lies in the text`);
}

/** Steps to the question, answers it as written, and reads the verdict. */
async function answers(page, { option, bytes, verdict }) {
  // A step that would tell the answer leads to the question.
  await pressUntil(page, 'ArrowRight', async () => (await focused(page)) === 'Before you step');
  const radios = stage(page).getByRole('radio');
  await step(page);
  assert(await radios.first().evaluate((it) => it === document.activeElement), 'the first answer is next');
  const wanted = stage(page).getByRole('radio', { name: option });
  await page.keyboard.press('Space');
  await pressUntil(page, 'ArrowDown', () => wanted.isChecked(), await radios.count());
  if (bytes) {
    await step(page);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(String(bytes));
  }
  await hit(page, 'Predict and run');
  await stage(page).locator('[data-part=verdict]').filter({ hasText: verdict }).waitFor();
  await kept(page, 'a prediction that was made');
}

/** On by keys until nothing more can happen. */
async function toTheEnd(page) {
  await pressUntil(page, 'ArrowRight', () => stage(page).getByText('Nothing more').first().isVisible());
  await kept(page, 'the end of the run');
}

async function opened(page, summary) {
  await page.locator('details[open]', { hasText: summary }).waitFor();
}

/** The run on a real kernel: started, the peer let read until all is through, one call opened. */
async function runs(page) {
  await reach(page, 'Run it for real');
  await awake(page, 'live');
  await kept(page, 'a live run that woke');
  await page.keyboard.press('Enter');
  for (let reads = 0; ; reads++) {
    await reaches(page, 'waits-for-peer', 'done');
    if (await page.locator('[data-run=done]').count()) break;
    assert(reads < MOST_READS, 'the peer reads and reads');
    await kept(page, 'the run');
    assert.match(await focused(page), /^Let the peer read 4096 bytes/);
    const moves = await changes(page.locator('[data-run=waits-for-peer]'));
    await page.keyboard.press('Enter');
    await moves.evaluate(({ seen }) => seen);
  }
  await kept(page, 'the run that is done');
  await hit(page, /^\d+ real calls? made for send\(/);
  await page.locator('[data-part=real-calls][open]').first().waitFor();
}

/** Sees the next change in a part of a page, however soon it is followed by others: `seen` is kept when it has come. */
const changes = (part) =>
  part.evaluateHandle((it) => ({
    seen: new Promise((on) => {
      new MutationObserver(on).observe(it, { subtree: true, childList: true, attributes: true, characterData: true });
    }).then(() => undefined),
  }));

/** The questions for later: every answer is opened. */
async function later(page) {
  const section = page.getByRole('region', { name: 'For later' });
  const all = await section.getByText('The answer', { exact: true }).count();
  assert(all >= 3, `${all} questions for later`);
  for (let nth = 0; nth < all; nth++) await hit(page, /^The answer/);
  assert.equal(await section.locator('details[open]').count(), all, 'every answer is open');
}

const awake = (page, kind) => page.locator(`[data-figure=${kind}][data-state=live]`).first().waitFor();

/** Presses a key again and again, never losing the keyboard, until this holds. */
async function pressUntil(page, key, holds, most = MOST_PRESSES) {
  for (let presses = 0; !(await holds()); presses++) {
    assert(presses < most, `${key} was pressed ${presses} times`);
    await page.keyboard.press(key);
    await page.waitForTimeout(30);
    await kept(page, key);
  }
}
