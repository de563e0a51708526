import assert from 'node:assert/strict';

import { beyond } from '../lib/axe.mjs';
import { each } from '../lib/browser.mjs';
import { all, elsewhere, short } from '../lib/pages.mjs';
import { FIGURES, wakeAll } from '../lib/stage.mjs';

export const name =
  'every page awake: console empty, policy kept, no other host asked; no figure loses its text; nothing is wider than a screen of 320 px';

/**
 * How much each figure says: characters that are shown. Where programs stand, their texts move into an editor, one behind each tab, which
 * draws only the lines in sight: there the programs themselves are counted.
 */
const words = (page) =>
  page.locator(FIGURES).evaluateAll((all) =>
    all.map((figure) => {
      const programs = figure.querySelectorAll('[data-part=listing], [role=tablist][aria-label=Programs] [role=tab]');
      return figure.dataset.figure === 'programs' ? programs.length : figure.innerText.replace(/\s+/g, ' ').length;
    }),
  );

export default async function ({ base, browser }) {
  let figures = 0;
  await each(browser, (await all(base)).filter(elsewhere), { width: 320, height: 640 }, async (page, url) => {
    const here = short(url);
    const policy = page.response.headers()['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'|default-src 'self'/, `${here}: ${policy}`);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/, here);
    const before = await words(page);
    figures += await wakeAll(page);
    const states = await page.locator(FIGURES).evaluateAll((all) => all.map((f) => f.dataset.state));
    assert.deepEqual(states, states.map(() => 'live'), here);
    const after = await words(page);
    assert(before.every((n) => n > 0), `${here}: a figure without text`);
    after.forEach((n, i) => assert(n >= before[i] / 2, `${here}: figure ${i} said ${before[i]} and says ${n}`));
    const ids = await page.locator('[id]').evaluateAll((all) => all.map((e) => e.id));
    assert.equal(new Set(ids).size, ids.length, `${here}: an id is there twice`);
    // The editor sets its places by the object model, which the policy allows; what the page brings has none.
    const inline = await page.locator('[style]:not(.cm-editor *), script:not([src]):not([type="application/json"]), style').count();
    assert.equal(inline, 0, `${here} has inline styles or scripts`);
    assert.deepEqual(await beyond(page), [], here);
  });
  assert(figures >= 3, `a stage on the home page, a stage and a live run in the lesson; found ${figures}`);
}
