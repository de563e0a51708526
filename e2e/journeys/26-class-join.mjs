import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { bar, joins, key } from '../lib/learner.mjs';
import { openRoom } from '../lib/teacher.mjs';

export const name = 'a class is joined by code and name on a slow phone, and a learner comes back by the key elsewhere';

export default async function ({ base, browser }) {
  const room = await openRoom(browser, base, { pages: ['/lessons/how-much-did-send-take'] });

  // A phone of the middle class in a bad corner: 400 kbit/s, 400 ms there and back, a quarter of this machine's speed.
  const phone = await open(browser, new URL('keys', base).href, { width: 360, height: 740 });
  const devtools = await phone.context().newCDPSession(phone);
  await devtools.send('Network.clearBrowserCache');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const begun = Date.now();
  await phone.goto(new URL(`join#${room.code}`, base).href, { waitUntil: 'commit' });
  await phone.getByLabel('Your name here').fill('Ada');
  await phone.getByRole('button', { name: 'Join the room' }).click();
  await bar(phone).getByText('Ada').waitFor();
  console.log(`  from the link to the room: ${Date.now() - begun} ms`);
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });

  const adas = await key(phone);
  assert(adas.length >= 8, `a key: ${adas}`);
  await bar(phone).getByText('Networks').waitFor();
  const there = phone.getByRole('link', { name: 'How much did send take' }).first();
  await there.click();
  await bar(phone).getByText('Ada').waitFor();
  await phone.locator('[data-part=room-bar][data-standing=in]').waitFor();
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, 'nothing reaches beyond the screen');

  // The same name on another machine: a clear choice, and the key.
  const desk = await open(browser, new URL(`join#${room.code}`, base).href);
  await desk.getByLabel('Your name here').fill('ada');
  await desk.getByRole('button', { name: 'Join the room' }).click();
  await desk.getByText('Somebody is called “ada” in this room.').waitFor();
  await desk.getByRole('button', { name: 'That is me' }).click();
  await desk.getByLabel('Your return key').fill('not the key');
  await desk.getByRole('button', { name: 'Come back' }).click();
  await desk.locator('[data-part=trouble] p').first().waitFor();
  await desk.getByLabel('Your return key').fill(adas);
  await desk.getByRole('button', { name: 'Come back' }).click();
  await bar(desk).getByText('Ada').waitFor();

  // And by the link that has the key in it, which does not stay in the address.
  const third = await open(browser, new URL(`join#${room.code}/${adas}`, base).href);
  await third.getByRole('button', { name: 'Come back' }).click();
  await bar(third).getByText('Ada').waitFor();
  assert(!third.url().includes(adas));

  const other = await joins(browser, base, room.code, 'Ben');
  await bar(other).getByRole('button', { name: 'Room' }).click();
  await bar(other).getByRole('button', { name: 'Leave the room' }).click();
  await bar(other).getByRole('button', { name: 'Leave now' }).click();
  await bar(other).getByText('You have left').waitFor();
  await other.goto(new URL('keys', base).href);
  assert.equal(await bar(other).count(), 0, 'whoever is in no room has no bar');
  const loaded = await other.evaluate(() => performance.getEntriesByType('resource').map((it) => it.name).filter((it) => /\/class/.test(it)));
  assert.deepEqual(loaded, [], 'nor any byte of it');

  const wrong = await open(browser, new URL('join', base).href);
  await wrong.getByLabel('The room’s code').fill('abcd 2345');
  await wrong.getByLabel('Your name here').fill('Eve');
  await wrong.getByRole('button', { name: 'Join the room' }).click();
  await wrong.locator('[data-part=trouble] p').first().waitFor();
  for (const page of [phone, desk, third, other, wrong]) await close(page);
  await room.close();
}
