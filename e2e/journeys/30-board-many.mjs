import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { opened } from '../lib/board.mjs';
import { close, open, rest } from '../lib/browser.mjs';
import { classroom } from '../lib/class.mjs';
import { start } from '../lib/server.mjs';

export const name = 'the board with 200 learners: sorted, filtered, usable on a phone and in the dark';

const MANY = 200;

export default async function ({ browser, binary }) {
  const site = await start(binary);
  try {
    await many(browser, site.url);
  } finally {
    await site.stop();
  }
}

async function many(browser, base) {
  const { page, code } = await opened(browser, base, 'Two hundred');
  await page.getByRole('button', { name: 'I have it' }).click();
  const people = await classroom(await open(browser, base));
  const names = Array.from({ length: MANY }, (_, at) => `Learner ${String(at + 1).padStart(3, '0')}`);
  await people.joinMany(code, names);
  const tiles = page.locator('.tile');
  await page.waitForFunction((n) => document.querySelectorAll('.tile').length === n, MANY);

  // Everybody does something while the board is watched.
  await page.evaluate(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((it) => Math.round(it.duration)))).observe({ type: 'longtask' });
  });
  const failed = { verdict: { exercise: 'x', passed: false, says: 'one byte is missing' } };
  for (let round = 0; round < 3; round++) {
    await Promise.all(names.map((name) => people.save(name, [{ predicted: { question: 'q/1', said: '4096', right: true } }])));
  }
  await people.save(names[150], [failed, failed, failed]);
  await page.waitForFunction((n) => document.querySelector('.tile h3')?.innerText === n, names[150]);
  await rest(page, 500);
  const tasks = await page.evaluate(() => globalThis.tasks);
  console.log(`  600 changes of ${MANY} tiles: ${tasks.length} tasks over 50 ms, the longest ${Math.max(0, ...tasks)} ms`);

  await page.getByRole('button', { name: 'Needs help 1', exact: true }).click();
  assert.equal(await tiles.count(), 1);
  await page.getByRole('button', { name: `Everybody ${MANY}` }).click();
  await page.getByLabel('Name', { exact: true }).fill('learner 07');
  await page.waitForFunction(() => document.querySelectorAll('.tile').length === 10);
  for (const [width, dark] of [[360, false], [360, true], [1280, false], [1280, true]]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], [], `${width} px ${dark ? 'dark' : 'light'}`);
  }
  await close(page);
}
