import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { close, open } from '../lib/browser.mjs';
import { all, short } from '../lib/pages.mjs';
import { wakeAll } from '../lib/stage.mjs';

export const name = 'no barrier that axe knows, on any page, light and dark, 360 and 1280 px';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export default async function ({ base, browser }) {
  const barriers = [];
  for (const url of [...(await all(base)), new URL('no-such-page', base).href]) {
    for (const [width, dark] of [[360, false], [360, true], [1280, false], [1280, true]]) {
      const page = await open(browser, url, { width, dark });
      page.tolerate(/404/);
      await wakeAll(page);
      // A script tag would be refused by the content security policy; the debugger's evaluation is not.
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const v of violations) {
        const where = v.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim()})`);
        barriers.push(`${short(url)} ${width} px ${dark ? 'dark' : 'light'}: ${v.id}: ${where.join('; ')}`);
      }
      await close(page);
    }
  }
  assert.deepEqual(barriers, []);
}
