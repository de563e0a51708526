// node e2e/bench-first.mjs --url http://HOST/programs --chromium PATH [--rounds N]
// The first step of a program in a real browser whose cache has the files already. Rows, in milliseconds:
//   first,step_ms,ROUND,VALUE             from the click on "Over" until the line that runs next is marked and laid out
//   next,step_ms,ROUND,VALUE              the same for the click after it
//   bare,step_ms,ROUND,VALUE              as first, in a browser that is to save data: worker, module and machine are made by the click
//   pointed,step_ms,ROUND,VALUE           the same where a mouse has been on the button for 150 ms: that begins to make them
//   first|next|bare|pointed,median_ms|worst_ms,0,VALUE
//
// Each round loads the page anew, and clicks half a second after the editor is there. The end is looked for once a picture, as a
// person sees it.
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

/** A page that is ready, as its reader finds it before the first click. One that is to save data makes nothing ahead. */
async function ready(saving = false) {
  const page = await context.newPage();
  if (saving) await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  page.setDefaultTimeout(60_000);
  await page.goto(options.url);
  await page.locator('[data-figure=programs][data-state=live]').waitFor();
  await page.locator('.panel:not([hidden]) .cm-content').waitFor();
  await page.waitForTimeout(500);
  return page;
}

/** Clicks and answers the milliseconds until the step is shown: the first line is marked as soon as the programs are loaded, before it. */
const over = (page) =>
  page.evaluate(async () => {
    const first = document.querySelector('.panel:not([hidden]) .cm-line').textContent;
    const marked = () => document.querySelector('.panel:not([hidden]) .cm-at-now')?.textContent;
    const was = marked();
    const button = [...document.querySelectorAll('[role=toolbar] button')].find((it) => it.textContent.trim() === 'Over');
    const start = performance.now();
    button.click();
    while ([was, first, undefined].includes(marked())) {
      if (performance.now() - start > 30_000) throw new Error('no line is marked');
      await new Promise(requestAnimationFrame);
    }
    document.documentElement.getBoundingClientRect();
    return performance.now() - start;
  });

const all = { first: [], next: [], bare: [], pointed: [] };

async function step(page, name, round) {
  const ms = await over(page);
  if (round < 0) return;
  all[name].push(ms);
  console.log(`${name},step_ms,${round},${ms.toFixed(1)}`);
}

// The round before the first fills the cache.
for (let round = -1; round < Number(options.rounds); round++) {
  const page = await ready();
  await step(page, 'first', round);
  await step(page, 'next', round);
  await page.close();

  const bare = await ready(true);
  await step(bare, 'bare', round);
  await bare.close();

  const pointed = await ready(true);
  await pointed.getByRole('button', { name: 'Over', exact: true }).hover();
  await pointed.waitForTimeout(150);
  await step(pointed, 'pointed', round);
  await pointed.close();
}
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1].toFixed(1);
for (const [name, values] of Object.entries(all)) {
  console.log(`${name},median_ms,0,${at(values, 0.5)}\n${name},worst_ms,0,${at(values, 1)}`);
}
await browser.close();
