// node e2e/bench-stage.mjs --url http://HOST/playground --chromium PATH [--steps N]
// A run of ten thousand events in the playground, stepped back and forth by its keys in a real browser. Rows
// `forward|back,step_ms,ROUND,VALUE` (from the key to the changed page, layout included), `forward|back,p99_ms,0,VALUE`,
// `history,events,0,N` and `history,megabytes,0,VALUE` (what the module's memory grew by since the run began).
import { parseArgs } from 'node:util';

import { chromium } from 'playwright-core';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    steps: { type: 'string', default: '200' },
  },
});

const EVENTS = 10_000;
const browser = await chromium.launch({ executablePath: options.chromium, chromiumSandbox: false, args: ['--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
page.setDefaultTimeout(180_000);
await page.goto(options.url);
await page.locator('[data-figure=playground][data-state=live]').waitFor();

/** What the module holds, in bytes: asking a module that is initialised answers its exports. */
const memory = () =>
  page.evaluate(async () => {
    const script = performance.getEntriesByType('resource').map((r) => r.name).find((n) => /playground-[^/]*\.js$/.test(n));
    return (await (await import(script)).default()).memory.buffer.byteLength;
  });

async function call(name, text) {
  const form = page.getByRole('form', { name: `What ${name} calls next` });
  await form.getByLabel(`The call of ${name}, as text`).fill(text);
  await form.getByRole('button', { name: 'Call' }).click();
}

// Small packets and much to say: the client sends until the run is long enough.
await page.getByRole('button', { name: 'Half-close' }).click();
await page.locator('[data-part=setup] summary').click();
await page.getByLabel('MTU, bytes').fill('296');
await page.getByLabel('MTU, bytes').press('Enter');
await page.getByRole('button', { name: 'Start afresh' }).click();
const before = await memory();
for (const [who, text] of [
  ['Server', 'socket()'], ['Server', 'bind(3, 0.0.0.0:7000)'], ['Server', 'listen(3, 1)'],
  ['Client', 'socket()'], ['Client', 'connect(3, 10.0.0.2:7000)'],
]) await call(who, text);
const stage = page.locator('.stage');
await stage.focus();
await page.keyboard.press('End');
await call('Server', 'accept(3)');
const events = () => page.locator('.timeline input').evaluate((input) => Number(input.max));
for (let round = 0; round < 40 && (await events()) < EVENTS; round++) {
  await call('Client', 'send(3, 400000)');
  await call('Server', 'recv(4, 400000, MSG_WAITALL)');
  await stage.focus();
  await page.keyboard.press('End');
}
console.log(`history,events,0,${await events()}`);
console.log(`history,megabytes,0,${(((await memory()) - before) / 1e6).toFixed(1)}`);

/** From a key to the page that shows it, laid out. */
const step = (key) =>
  page.evaluate(async (key) => {
    const stage = document.querySelector('.stage');
    const moment = () => stage.querySelector('.moment').textContent + stage.querySelector('.timeline .label').textContent;
    const was = moment();
    const start = performance.now();
    stage.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (let n = 0; moment() === was && n < 1000; n++) await new Promise((done) => setTimeout(done, 0));
    if (moment() === was) throw new Error(`${key} showed nothing new after ${was}`);
    stage.getBoundingClientRect();
    return performance.now() - start;
  }, key);

const p99 = (all) => all.toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1];
for (const [name, key] of [['back', 'ArrowLeft'], ['forward', 'ArrowRight']]) {
  const all = [];
  for (let round = 0; round < Number(options.steps); round++) {
    all.push(await step(key));
    console.log(`${name},step_ms,${round},${all.at(-1).toFixed(2)}`);
  }
  console.log(`${name},p99_ms,0,${p99(all).toFixed(2)}`);
}
await browser.close();
