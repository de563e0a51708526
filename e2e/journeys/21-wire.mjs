import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { barriers } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';
import { answers, count, reaches, runUntilFull } from '../lib/live.mjs';
import { LESSON } from '../lib/pages.mjs';
import { start } from '../lib/server.mjs';
import { button, live } from '../lib/stage.mjs';

export const name = 'the real wire: its packets, a hand on them, and their file; or why there is none';

// The interface identification of a pcapng file: its section header block.
const PCAPNG = [0x0a, 0x0d, 0x0d, 0x0a];

export default async function ({ base, browser, binary }) {
  await withoutWire(browser, binary);
  const page = await open(browser, new URL(LESSON, base).href);
  const figure = await live(page);
  await runUntilFull(figure);
  // What kind of lab this machine has decides what there is to see.
  if (await figure.locator('[data-part=real-wire]').count()) await withWire(page, figure);
  else console.log('  this machine gives no lab with a wire: only its absence was looked at');
  await close(page);
}

async function withoutWire(browser, binary) {
  const site = await start(binary, { more: ['--lab-mode', 'loopback'] });
  const page = await open(browser, new URL(LESSON, site.url).href);
  const figure = await live(page);
  await runUntilFull(figure);
  assert.match(await figure.locator('[data-part=no-wire]').innerText(), /loopback/);
  assert.equal(await figure.locator('[data-part=hand], [data-part=packets]').count(), 0, 'nothing of a wire');
  await close(page);
  await site.stop();
}

async function withWire(page, figure) {
  const packets = figure.locator('[data-part=packets] li');
  const text = () => packets.allInnerTexts();
  const seen = async (pattern) => {
    await figure.locator('[data-part=packets] li', { hasText: pattern }).first().waitFor();
    return text();
  };
  await seen('window 0');
  assert.match((await text())[0], /SYN/);
  assert(count((await answers(figure, 'send'))[0]) > 0);
  assert.deepEqual(await barriers(page), []);

  // A packet that is held waits in the list until it is told what to do.
  const hand = figure.locator('[data-part=hand]');
  await hand.getByLabel('Hold the wire').check();
  await button(figure, 'Let the peer read 4096 bytes').click();
  const waiting = hand.locator('.queue li');
  await waiting.first().waitFor();
  await waiting.first().getByRole('button', { name: 'Duplicate' }).click();
  await seen('copy');
  await waiting.first().getByRole('button', { name: 'Lose' }).focus();
  await page.keyboard.press('Enter');
  await seen('lost');
  await waiting.first().getByRole('button', { name: 'Deliver' }).click();
  await button(hand, 'Cut the cable').click();
  await button(hand, 'Mend the cable').waitFor();
  await seen('the cable is cut');

  const [download] = await Promise.all([page.waitForEvent('download'), button(hand, 'Save the packets').click()]);
  assert.match(download.suggestedFilename(), /\.pcapng$/);
  assert.deepEqual([...(await readFile(await download.path())).subarray(0, 4)], PCAPNG);
  assert.deepEqual(await barriers(page), []);

  await button(figure, 'Stop').click();
  await reaches(figure, 'stopped');
}
