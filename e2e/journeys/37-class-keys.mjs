import assert from 'node:assert/strict';

import { tile } from '../lib/board.mjs';
import { close, open, watch } from '../lib/browser.mjs';
import { hit, kept, reach, round, type } from '../lib/keys.mjs';
import { bar } from '../lib/learner.mjs';
import { LESSON } from '../lib/pages.mjs';
import { wakeAll } from '../lib/stage.mjs';

export const name = 'a class without a mouse: a room is opened and joined, a hand answered and the server led, each step reached and in sight';

export default async function ({ base, browser }) {
  const { teacher, code } = await opens(browser, base);
  const ada = await joins(browser, base, code);
  await ada.goto(new URL(LESSON, base).href);
  await bar(ada).getByRole('button', { name: 'Raise hand' }).and(ada.locator(':enabled')).waitFor();
  await hit(ada, 'Raise hand', 'Space');
  await bar(ada).getByRole('button', { name: 'Your hand is up' }).waitFor();

  // The teacher's panel of that learner, and back to where it was opened from.
  await tile(teacher, 'Ada').waitFor();
  await hit(teacher, 'Ada');
  await teacher.waitForFunction(() => document.activeElement.id === 'learner-name');
  await type(teacher, 'A message to this learner', 'Try it again.');
  await hit(teacher, 'Send');
  await bar(ada).getByText('Try it again.').first().waitFor();
  await teacher.keyboard.press('Escape');
  await teacher.waitForFunction(() => document.activeElement.innerText === 'Ada' && document.activeElement.tagName === 'BUTTON');
  await hit(ada, 'I have read it');
  await kept(ada, 'a message that was read');

  await served(teacher, ada, base);
  for (const page of [ada, teacher]) {
    await round(page);
    await close(page);
  }
}

async function opens(browser, base) {
  const teacher = await open(browser, new URL('room', base).href);
  await wakeAll(teacher);
  await type(teacher, 'Title', 'Keys');
  await hit(teacher, 'Open the room');
  await teacher.locator('[data-part=secret]').waitFor();
  await kept(teacher, 'a room that was opened');
  const code = (await teacher.locator('[data-part=code]').innerText()).replace(/\s/g, '');
  await hit(teacher, 'I have it');
  await teacher.locator('[data-part=secret]').waitFor({ state: 'detached' });
  await kept(teacher, 'the secret put away');
  return { teacher, code };
}

async function joins(browser, base, code) {
  const ada = await open(browser, new URL('join', base).href, { width: 360, height: 740 });
  await ada.locator('[data-part=join] button[type=submit]:enabled').waitFor();
  await round(ada);
  await type(ada, 'The room’s code', code);
  await type(ada, 'Your name here', 'Ada');
  await ada.keyboard.press('Enter');
  await bar(ada).getByText('Ada').waitFor();
  await ada.waitForFunction(() => document.activeElement.innerText.startsWith('You are in'));
  await hit(ada, 'I have it: hide the key');
  await kept(ada, 'the key put away');
  return ada;
}

/** The class's server, led by hand: each call by a key, without going there again. */
async function served(teacher, ada, base) {
  await reach(teacher, 'The class’s server');
  const wall = await Promise.all([teacher.context().waitForEvent('page'), teacher.keyboard.press('Enter')]).then(([page]) => page);
  await watch(wall, base);
  await wall.getByRole('button', { name: 'Start the server' }).waitFor();
  await hit(wall, 'Start the server');
  await wall.locator('[data-list=read] [data-part=asked] li').getByText('new', { exact: true }).waitFor();
  await kept(wall, 'the server that was started');
  await hit(wall, 'By hand', 'Space');
  await bar(ada).getByRole('button', { name: 'Connect', exact: true }).waitFor();
  await hit(ada, 'Connect');
  // It waits in select, which is done when somebody comes: then each call is the teacher's.
  await reach(wall, 'Next call');
  const line = bar(ada).getByText('You are client 1.');
  for (let calls = 0; !(await line.isVisible()); calls++) {
    assert(calls < 20, 'the client is never greeted');
    await wall.locator('button[aria-disabled=false]', { hasText: 'Next call' }).waitFor();
    await wall.keyboard.press('Enter');
    await wall.waitForFunction(() => document.activeElement.innerText === 'Next call');
    // The answer to the greeting's send is on its way to two pages.
    await Promise.race([line.waitFor(), wall.locator('button[aria-disabled=false]', { hasText: 'Next call' }).waitFor()]);
  }
  await kept(ada, 'the connection that was made');
  await type(ada, 'A line to send', 'hello');
  await hit(wall, 'Full speed');
  await hit(ada, 'Send');
  await bar(ada).getByText('HELLO', { exact: true }).waitFor();
  await hit(ada, 'Close');
  await bar(ada).getByRole('button', { name: 'Connect', exact: true }).waitFor();
  await kept(ada, 'the connection that was closed');
  await round(wall);
  await hit(wall, 'Stop the server');
  await kept(wall, 'the server that was stopped');
  await bar(ada).getByText('Your teacher’s server is running.').waitFor({ state: 'detached' });
  await wall.close();
}
