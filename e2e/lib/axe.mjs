// What axe says about pages, light and dark, on a phone and on a desk.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { each } from './browser.mjs';
import { short } from './pages.mjs';
import { wakeAll } from './stage.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is a barrier on this page as it is now, in a line each; of these rules alone, if some are named. */
export async function barriers(page, rules) {
  // A script tag would be refused by the content security policy; the debugger's evaluation is not.
  await page.evaluate(axe);
  const { violations } = await page.evaluate((only) => globalThis.axe.run(only ? { runOnly: only } : {}), rules);
  return violations.map(({ id, nodes }) => {
    const where = nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim()})`);
    return `${id}: ${where.join('; ')}`;
  });
}

/** By how many pixels the page is wider than the screen, in a line, if it is. */
export async function beyond(page) {
  const px = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return px > 0 ? [`reaches ${px} px beyond the screen`] : [];
}

const STATES = [[360, false], [1280, true], [360, true], [1280, false]];

/** What may differ between light and dark. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * Fails with every barrier on these pages; these states of each are looked at: both widths and both colours, paired one way on one page
 * and the other way on the next, as pages of a kind share their looks. Of pages that differ in their words alone, `alike`, each is looked
 * at in one state, and then at its colours in the other light.
 */
export async function noBarriers(browser, urls, { alike = false } = {}) {
  assert(urls.length > 0, 'there is a page to look at');
  const found = [];
  for (const [state, [width, dark]] of STATES.entries()) {
    const here = urls.filter((_, at) => (alike ? at % STATES.length === state : at % 2 === state >> 1));
    await each(browser, here, { width, dark }, async (page, url) => {
      page.tolerate(/404/);
      await wakeAll(page);
      const note = (seen, light) => found.push(...seen.map((barrier) => `${short(url)} ${width} px ${light}: ${barrier}`));
      note([...(await barriers(page)), ...(await beyond(page))], dark ? 'dark' : 'light');
      if (!alike) return;
      await page.emulateMedia({ colorScheme: dark ? 'light' : 'dark' });
      note(await barriers(page, COLOURS), dark ? 'light' : 'dark');
    });
  }
  assert.deepEqual(found, []);
}
