import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { button, showIfAsked, stage } from '../lib/stage.mjs';

export const name = 'two more lessons walked: one answer of each first question is the same, and the run goes to its end';

const LESSONS = ['lessons/recv-gave-nothing', 'lessons/finish-then-close'];
const MOST_STEPS = 150;

/** Steps until the stage asks. */
async function untilAsked(figure) {
  const ask = button(figure, 'Predict and run');
  for (let n = 0; n < MOST_STEPS; n++) {
    if (await ask.isVisible()) return;
    await button(figure, 'Step forward').click();
    await figure.page().waitForTimeout(30);
  }
  throw new Error('the stage never asks');
}

export default async function ({ base, browser }) {
  for (const lesson of LESSONS) {
    const page = await open(browser, new URL(lesson, base).href);
    const same = [];
    let options = 1;
    for (let option = 0; option < options; option++) {
      if (option > 0) await page.reload();
      const figure = await stage(page);
      await untilAsked(figure);
      const rows = figure.locator('.ask [role=radiogroup] .row');
      options = await rows.count();
      const row = rows.nth(option);
      const number = row.getByRole('spinbutton');
      if (await number.count()) await number.fill('1');
      else await row.getByRole('radio').check();
      await button(figure, 'Predict and run').click();
      await figure.locator('[data-part=verdict], .ask .past').first().waitFor();
      // The next question may be due at once; then the answer is told in a line.
      const verdict = figure.locator('[data-part=verdict]');
      if (await verdict.count()) same.push(await verdict.getAttribute('data-same'));
      else same.push(String(/you said (.*); the kernel said \1\./.test(await figure.locator('.ask .past').first().innerText())));
    }
    assert(options > 2, `${lesson} offers ${options} answers`);
    assert.equal(same.filter((it) => it === 'true').length, 1, `${lesson}: ${same}`);

    const figure = await stage(page);
    const forward = button(figure, 'Step forward');
    for (let n = 0; (await forward.getAttribute('aria-disabled')) === 'false'; n++) {
      assert(n < MOST_STEPS, `${lesson} comes to an end`);
      await forward.click();
      await showIfAsked(figure);
    }
    assert.match(await figure.locator('[data-part=choices]').innerText(), /Nothing more/);
    assert.equal(await figure.locator('[data-answered]').count(), 1, 'every question is behind us');
    await close(page);
  }
}
