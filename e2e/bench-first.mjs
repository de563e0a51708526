// node e2e/bench-first.mjs --url http://HOST/programs --chromium PATH [--rounds N]
// The first step of a program in a real browser whose cache has the files already. Rows, in milliseconds:
//   first,step_ms,ROUND,VALUE             from the click on "Over" until the line that runs next is marked and laid out
//   next,step_ms,ROUND,VALUE              the same for the click after it
//   first,median_ms|worst_ms,0,VALUE
//   next,median_ms,0,VALUE
//
// Each round loads the page anew: the worker, the module and the machine are made by the click. The end is looked for once
// a picture, as a person sees it.
import { parseArgs } from 'node:util';

import { chromium } from 'playwright-core';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    rounds: { type: 'string', default: '20' },
  },
});

const browser = await chromium.launch({ executablePath: options.chromium, chromiumSandbox: false, args: ['--disable-gpu'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });

/** A page that is ready, as its reader finds it before the first click. */
async function ready() {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(options.url);
  await page.locator('[data-figure=programs][data-state=live]').waitFor();
  await page.locator('.panel:not([hidden]) .cm-content').waitFor();
  return page;
}

/** Clicks and answers the milliseconds until another line is marked. */
const over = (page) =>
  page.evaluate(async () => {
    const marked = () => document.querySelector('.panel:not([hidden]) .cm-at-now')?.textContent;
    const was = marked();
    const button = [...document.querySelectorAll('[role=toolbar] button')].find((it) => it.textContent.trim() === 'Over');
    const start = performance.now();
    button.click();
    while (marked() === was || marked() === undefined) {
      if (performance.now() - start > 30_000) throw new Error('no line is marked');
      await new Promise(requestAnimationFrame);
    }
    document.documentElement.getBoundingClientRect();
    return performance.now() - start;
  });

const all = { first: [], next: [] };
// The round before the first fills the cache.
for (let round = -1; round < Number(options.rounds); round++) {
  const page = await ready();
  for (const name of ['first', 'next']) {
    const ms = await over(page);
    if (round < 0) continue;
    all[name].push(ms);
    console.log(`${name},step_ms,${round},${ms.toFixed(1)}`);
  }
  await page.close();
}
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1].toFixed(1);
console.log(`first,median_ms,0,${at(all.first, 0.5)}\nfirst,worst_ms,0,${at(all.first, 1)}\nnext,median_ms,0,${at(all.next, 0.5)}`);
await browser.close();
