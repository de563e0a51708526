// node e2e/run.mjs --binary target/release/socketscope [--chromium PATH] [--only WORD]...
// Runs the journeys, one line each, and ends with a line of JSON: how many passed and failed.
import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { launch } from './lib/browser.mjs';
import { start } from './lib/server.mjs';

// The longest take some minutes on a busy machine; one that hangs must not hold up the rest.
const JOURNEY_LIMIT_MS = 900_000;

const { values: options } = parseArgs({
  options: {
    binary: { type: 'string', default: 'target/release/socketscope' },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' },
    only: { type: 'string', multiple: true, default: [] },
  },
});

const here = new URL('./journeys/', import.meta.url);
const files = (await readdir(here)).filter((name) => name.endsWith('.mjs')).sort();
const wanted = files.filter((name) => !options.only.length || options.only.some((word) => name.includes(word)));

const browser = await launch(options.chromium);
const site = await start(options.binary);
const count = { passed: 0, failed: 0 };

for (const file of wanted) {
  const journey = await import(new URL(file, here));
  const before = performance.now();
  let problem;
  const limit = new Promise((_, no) => setTimeout(no, JOURNEY_LIMIT_MS, new Error('takes too long')).unref());
  try {
    await Promise.race([journey.default({ base: site.url, browser, binary: options.binary }), limit]);
  } catch (error) {
    problem = error;
  }
  // What a failed journey left open must not disturb the next.
  for (const context of browser.contexts()) await context.close();
  const ms = Math.round(performance.now() - before);
  count[problem ? 'failed' : 'passed']++;
  console.log(`${problem ? 'FAIL' : 'ok'} ${journey.name} ${ms}`);
  if (problem) console.log(`  ${(problem.stack ?? String(problem)).replaceAll('\n', '\n  ')}`);
}

await browser.close();
const ended = await site.stop();
if (ended !== 0) {
  count.failed++;
  console.log(`FAIL the server stops by itself when asked 0\n  it ended with ${ended}:\n${site.log()}`);
}
console.log(JSON.stringify(count));
process.exit(count.failed || !wanted.length ? 1 : 0);
