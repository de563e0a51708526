import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bar, joins } from '../lib/learner.mjs';
import { LESSON } from '../lib/pages.mjs';
import { until } from '../lib/person.mjs';
import { start } from '../lib/server.mjs';
import { openRoom } from '../lib/teacher.mjs';

export const name = 'work that is done while the relay is away is kept in the browser and arrives once';

const did = (page, question) =>
  page.evaluate((it) => {
    const detail = JSON.stringify({ figure: 'f', did: { predicted: { question: it, said: '4096', right: true } } });
    document.dispatchEvent(new CustomEvent('socketscope:did', { detail }));
  }, question);

export default async function ({ browser, binary }) {
  const data = await mkdtemp(join(tmpdir(), 'rooms-'));
  let relay = await start(binary, { data });
  try {
    const room = await openRoom(browser, relay.url);
    const page = await joins(browser, relay.url, room.code, 'Ada');
    page.tolerate(/WebSocket|ERR_CONNECTION|request failed/);
    // What was done before joining is nobody's affair: these pages are opened after it.
    await page.goto(new URL(LESSON, relay.url).href);
    await bar(page).getByText('Ada').waitFor();
    await did(page, 'f/1');
    await until(async () => (await room.tile('Ada'))?.right[1] === 1, 'the first prediction arrives');

    // Whoever goes on to a lesson at once has come in before their work has a name: it arrives all the same.
    await page.evaluate(() => {
      const room = JSON.parse(localStorage.getItem('socketscope.room'));
      localStorage.setItem('socketscope.room', JSON.stringify({ ...room, device: '' }));
    });
    await did(page, 'f/2');
    await until(async () => (await room.tile('Ada'))?.right[1] === 2, 'work without a name arrives');

    const { port } = relay;
    await relay.stop('SIGKILL');
    await did(page, 'f/3');
    await did(page, 'f/4');
    await bar(page).getByText('The relay is away;').waitFor();
    await bar(page).getByRole('button', { name: 'Room' }).click();
    await bar(page).getByText('What has not arrived yet is kept in this browser').waitFor();
    relay = await start(binary, { port, data });
    await until(() => page.locator('[data-part=room-bar][data-standing=in]').count(), 'the learner is back');
    assert((await room.again()) === 'teaching');
    await until(async () => (await room.tile('Ada'))?.right[1] === 4, 'the work arrives');
    await bar(page).getByText('All your work has arrived.').waitFor();

    // Another tab delivers from the same record: nothing comes twice.
    const tab = await page.context().newPage();
    await tab.goto(new URL(LESSON, relay.url).href);
    await bar(tab).getByText('Ada').waitFor();
    await did(tab, 'f/5');
    await did(page, 'f/6');
    await until(async () => (await room.tile('Ada'))?.right[1] === 6, 'both tabs’ work arrives');
    const kept = JSON.stringify(await room.record());
    for (const question of ['f/1', 'f/2', 'f/3', 'f/4', 'f/5', 'f/6']) {
      assert.equal(kept.split(`"${question}"`).length - 1, 1, `${question} is kept once`);
    }
    await page.goto(new URL('join', relay.url).href);
    await page.getByText('6 of 6 right').waitFor();
    await page.context().close();
    await room.close();
  } finally {
    await relay.stop();
    await rm(data, { recursive: true });
  }
}
