import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { reaches } from '../lib/live.mjs';
import { all, short } from '../lib/pages.mjs';
import { button, live } from '../lib/stage.mjs';

export const name = 'each experiment: a guess, a real run that grades it, and the explanation that opens';

export default async function ({ base, browser }) {
  const pages = (await all(base)).filter((url) => /\/experiments\/./.test(url));
  assert.equal(pages.length, 12, String(pages));
  for (const url of pages) {
    const page = await open(browser, url);
    // Chosen before anything is awake, as a quick reader does.
    await page.locator('[data-part=guess] input').first().check();
    const figure = await live(page);
    assert.equal(await figure.locator('[data-part=relations]').count(), 0, `${short(url)}: nothing tells the answer before`);
    await button(figure, 'Run it for real').click();
    await reaches(figure, 'done');
    const held = await figure.locator('[data-part=relations] li').evaluateAll((items) => items.map((item) => item.dataset.holds));
    assert(held.length && held.every((one) => one === 'held'), `${short(url)}: ${held}`);
    const right = await figure.locator('[data-part=guess] .right').count();
    assert.equal(right, 1, `${short(url)}: one answer is right`);
    const first = await figure.locator('[data-part=guess] label').first().evaluate((label) => label.classList.contains('right'));
    const says = await figure.locator('.graded').innerText();
    assert.match(says, first ? /^You said so/ : /^You said something else/, short(url));
    assert(await page.locator('details[data-after]').evaluate((fold) => fold.open), `${short(url)}: the explanation is open`);
    await close(page);
  }
}
