import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';
import { button, shows, stage } from '../lib/stage.mjs';

export const name = 'predict wrongly, see how far off, predict rightly';

/** Steps until the stage asks. */
async function untilAsked(figure) {
  const ask = button(figure, 'Predict and run');
  for (let n = 0; n < 60; n++) {
    if (await ask.isVisible()) return;
    await button(figure, 'Step forward').click();
    await figure.page().waitForTimeout(30);
  }
  throw new Error('the stage never asks');
}

/** Says that the call takes so many bytes. */
async function predict(figure, bytes) {
  await figure.getByRole('spinbutton', { name: 'How many bytes' }).fill(String(bytes));
  await button(figure, 'Predict and run').click();
}

export default async function ({ base, browser }) {
  const page = await open(browser, new URL(LESSON, base).href);
  const figure = await stage(page);

  await untilAsked(figure);
  const before = await shows(figure);
  await predict(figure, 1);
  const wrong = figure.getByText(/\d bytes? off\./).first();
  await wrong.waitFor();
  const off = Number((await wrong.innerText()).match(/([\d,]+) bytes? off\./)[1].replaceAll(',', ''));
  assert(off > 0, 'it says how far off');
  assert((await shows(figure)).events > before.events, 'and the program has run on');

  // One byte was too few by so many: on another visit the learner knows.
  await page.reload();
  const again = await stage(page);
  await untilAsked(again);
  await predict(again, 1 + off);
  await again.getByText('The same.').first().waitFor();

  // What follows the stage gives the answers away: it opens when the last question is behind us.
  const fold = page.locator('details[data-after]').first();
  assert.equal(await fold.getAttribute('open'), null, 'folded while questions are open');
  while (!(await again.locator('[data-answered]').count())) {
    await untilAsked(again);
    await button(again, 'Just show me').click();
  }
  await page.waitForSelector('details[data-after][open]');
  await close(page);
}
