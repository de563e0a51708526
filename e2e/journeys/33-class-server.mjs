import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { beside, opened } from '../lib/board.mjs';
import { close, watch } from '../lib/browser.mjs';
import { bar, joins } from '../lib/learner.mjs';

export const name = 'a class is the clients of one select server: its lists on the wall, a line from a phone, its answer, bytes that wait';

export default async function ({ base, browser }) {
  const { page, code } = await opened(browser, base, 'One server');
  await page.getByRole('button', { name: 'I have it' }).click();
  const wall = await beside(page, 'The class’s server');
  await watch(wall, base);
  await wall.getByRole('button', { name: 'By hand' }).click();
  await wall.getByRole('button', { name: 'Start the server' }).click();
  const listed = (list, part, who) =>
    wall.locator(`[data-list=${list}] [data-part=${part}] li`).getByText(who, { exact: true }).waitFor();

  const ada = await joins(browser, base, code, 'Ada', { width: 360, height: 740 });
  const press = (name) => bar(ada).getByRole('button', { name, exact: true }).click();
  const send = async (line) => {
    await bar(ada).getByLabel('A line to send').fill(line);
    await press('Send');
  };
  // Whoever is there before the server listens waits for it, or does not.
  await press('Connect');
  await bar(ada).getByText('The server does not listen yet.').waitFor();
  await press('Do not wait');
  await press('Connect');
  await bar(ada).getByText('The server does not listen yet.').waitFor();
  await wall.getByRole('button', { name: 'Full speed' }).click();
  await bar(ada).getByText('You are client 1.').waitFor();
  await listed('read', 'asked', 'new');
  await listed('read', 'asked', '1');
  await listed('except', 'asked', '1');
  await send('hello <b>');
  await bar(ada).getByText('HELLO <B>', { exact: true }).waitFor();

  // By hand: what has come waits in the kernel until the server's program receives it.
  await wall.getByRole('button', { name: 'By hand' }).click();
  await send('again');
  await listed('read', 'ready', '1');
  const client = wall.locator('[data-client="1"]');
  await client.filter({ hasText: '6 B unread' }).waitFor();
  const next = () => wall.getByRole('button', { name: 'Next call' }).click();
  await next();
  await client.filter({ hasText: '6 B to answer' }).waitFor();
  await next();
  await listed('write', 'ready', '1');
  for (const [width, height, dark] of [[1280, 720, false], [1280, 720, true], [360, 740, false]]) {
    await wall.setViewportSize({ width, height });
    await wall.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    assert.deepEqual([...(await barriers(wall)), ...(await beyond(wall))], [], `the server at ${width}, ${dark ? 'dark' : 'light'}`);
  }
  assert.deepEqual([...(await barriers(ada)), ...(await beyond(ada))], [], 'the learner’s card');
  await wall.getByRole('button', { name: 'Full speed' }).click();
  await bar(ada).getByText('AGAIN', { exact: true }).waitFor();
  // What the phone's kernel has acknowledged is in no buffer of the server's any more.
  await wall.locator('.numbers', { hasText: '0 B on the way out' }).waitFor();
  const text = await wall.locator('main').innerText();
  assert(!/Ada|hello|again/i.test(text), 'no name and nothing that was typed stands on the wall');

  await press('Close');
  await wall.locator('[data-part=connected]', { hasText: '0 clients of 1 that came' }).waitFor();
  await press('Connect');
  await bar(ada).getByText('You are client 2.').waitFor();
  await wall.getByRole('button', { name: 'Stop the server' }).click();
  await bar(ada).getByText('Your teacher’s server is running.').waitFor({ state: 'detached' });
  for (const one of [ada, wall, page]) await close(one);
}
