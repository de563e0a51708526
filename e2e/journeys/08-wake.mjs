import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { all, short } from '../lib/pages.mjs';
import { FIGURES, wakeAll } from '../lib/stage.mjs';

export const name = 'every figure wakes once, and keeps the text that it had';

export default async function ({ base, browser }) {
  let figures = 0;
  for (const url of await all(base)) {
    const page = await open(browser, url);
    const words = () => page.locator(FIGURES).evaluateAll((all) => all.map((f) => f.innerText.replace(/\s+/g, ' ').length));
    const before = await words();
    figures += await wakeAll(page);
    const states = await page.locator(FIGURES).evaluateAll((all) => all.map((f) => f.dataset.state));
    assert.deepEqual(states, states.map(() => 'live'), short(url));
    const after = await words();
    after.forEach((n, i) => assert(n >= before[i] / 2, `${short(url)}: figure ${i} had ${before[i]} characters and has ${n}`));
    const ids = await page.locator('[id]').evaluateAll((all) => all.map((e) => e.id));
    assert.equal(new Set(ids).size, ids.length, `${short(url)}: an id is there twice`);
    await close(page);
  }
  assert(figures >= 3, `a stage on the home page, a stage and a live run in the lesson; found ${figures}`);
}
