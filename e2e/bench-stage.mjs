// node e2e/bench-stage.mjs --url http://HOST/playground --chromium PATH [--steps N]
// A run of ten thousand events in the playground, stepped back and forth by its keys in a real browser. Rows:
//   forward|back,step_ms,ROUND,VALUE      one step
//   forward|back,script_ms,ROUND,VALUE    the part of it before style and layout
//   forward|back,median_ms|p99_ms,0,VALUE
//   history,events,0,N
//   history,megabytes,0,VALUE             what the module's memory has grown by since the run began
//
// A step is counted from the key's event until nothing is left to do before painting: the engine's step, the figure's
// changes to the page with all their effects, then style and layout of the whole page, forced. Painting is not counted.
// The end is seen in a microtask: no timer is waited for. Between two steps the page is painted, so that each begins as a
// reader's would.
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

/** Steps `count` times by a key; for each the milliseconds until the page is changed, and until it is laid out. */
const steps = (key, count) =>
  page.evaluate(async ({ key, count }) => {
    const stage = document.querySelector('.stage');
    const moment = () => stage.querySelector('.moment').textContent + stage.querySelector('.timeline .label').textContent;
    const channel = new MessageChannel();
    const task = () => new Promise((done) => ((channel.port1.onmessage = done), channel.port2.postMessage(0)));
    const all = [];
    for (let round = 0; round < count; round++) {
      await new Promise(requestAnimationFrame);
      await task();
      const was = moment();
      const start = performance.now();
      stage.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      // The page is changed in a microtask; a task would let the browser paint first.
      for (let n = 0; moment() === was; n++) {
        if (n > 10_000) throw new Error(`${key} showed nothing new after ${was}`);
        await (n % 100 === 99 ? task() : null);
      }
      const changed = performance.now();
      document.documentElement.getBoundingClientRect();
      all.push([changed - start, performance.now() - start]);
    }
    return all;
  }, { key, count });

const at = (all, share) => all.toSorted((a, b) => a - b)[Math.ceil(all.length * share) - 1].toFixed(2);
for (const [name, key] of [['back', 'ArrowLeft'], ['forward', 'ArrowRight']]) {
  const all = await steps(key, Number(options.steps));
  for (const [round, [script, step]] of all.entries()) {
    console.log(`${name},step_ms,${round},${step.toFixed(2)}\n${name},script_ms,${round},${script.toFixed(2)}`);
  }
  const whole = all.map(([, step]) => step);
  console.log(`${name},median_ms,0,${at(whole, 0.5)}\n${name},p99_ms,0,${at(whole, 0.99)}`);
}
await browser.close();
