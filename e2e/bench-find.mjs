// node e2e/bench-find.mjs --url http://HOST/ --chromium PATH [--rounds N]
// How soon a real browser finds what breaks the programs of the bug clinic. Rows, in milliseconds:
//   browser-SLUG,find_ms,ROUND,VALUE      from the click on "Find what breaks it" until its answer is on the page and laid out
//   browser,median_ms|worst_ms,0,VALUE    of the medians of the pages
//
// The programs come from the page of their mistake by its own link. The worker is there: it has opened the run of that link.
import { parseArgs } from 'node:util';

import { chromium } from 'playwright-core';

import { below, short } from './lib/pages.mjs';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    rounds: { type: 'string', default: '5' },
  },
});

const browser = await chromium.launch({ executablePath: options.chromium, chromiumSandbox: false, args: ['--disable-gpu'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
context.setDefaultTimeout(60_000);

/** The links to the runs of mistakes that a search has found. */
async function links() {
  const page = await context.newPage();
  const found = [];
  for (const url of await below(options.url, '/clinic/')) {
    await page.goto(url);
    const link = page.getByRole('link', { name: 'Open this run on the stage' });
    if (await link.count()) found.push([short(url).split('/')[2].split('-')[0], await link.getAttribute('href'), url]);
  }
  await page.close();
  return found.map(([row, href, url]) => [row, new URL(href, url).href]);
}

/** The milliseconds from the click until the answer is there. */
const find = (page) =>
  page.evaluate(async () => {
    const start = performance.now();
    document.querySelector('[data-part=find]').click();
    const answer = () => document.querySelector('[data-part=found] :is(h2, h3, h4)');
    while (!answer()) {
      if (performance.now() - start > 120_000) throw new Error('no answer');
      await new Promise(requestAnimationFrame);
    }
    document.documentElement.getBoundingClientRect();
    return { ms: performance.now() - start, says: answer().textContent };
  });

const all = new Map();
// The round before the first fills the cache.
for (const [row, link] of await links()) {
  for (let round = -1; round < Number(options.rounds); round++) {
    const page = await context.newPage();
    await page.goto(link);
    await page.locator('[data-part=says]').filter({ hasText: 'As the link has it' }).waitFor();
    const { ms, says } = await find(page);
    if (!says.includes('What breaks it')) throw new Error(`${row}: ${says}`);
    await page.close();
    if (round < 0) continue;
    all.set(row, [...(all.get(row) ?? []), ms]);
    console.log(`browser-${row},find_ms,${round},${ms.toFixed(1)}`);
  }
}
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1];
const medians = [...all.values()].map((values) => at(values, 0.5));
console.log(`browser,median_ms,0,${at(medians, 0.5).toFixed(1)}\nbrowser,worst_ms,0,${at(medians, 1).toFixed(1)}`);
await browser.close();
