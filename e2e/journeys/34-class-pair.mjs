import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { opened } from '../lib/board.mjs';
import { close } from '../lib/browser.mjs';
import { bar, joins } from '../lib/learner.mjs';

export const name = 'two learners whom the teacher pairs agree, and each is the other’s client or server on one wire';

export default async function ({ base, browser }) {
  const { page, code } = await opened(browser, base, 'Pairs');
  const ada = await joins(browser, base, code, 'Ada', { width: 360, height: 740 });
  const ben = await joins(browser, base, code, 'Ben');
  await page.getByRole('button', { name: 'Pairs' }).click();
  await page.getByRole('button', { name: 'Pair all who have no partner (2)' }).click();
  const press = (who, name) => bar(who).getByRole('button', { name, exact: true }).click();
  for (const who of [ada, ben]) await press(who, 'Agree');
  await page.locator('[data-part=pair-list]', { hasText: 'both agreed' }).waitFor();
  assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

  await press(ada, 'Open the lab');
  await press(ada, 'Listen and accept');
  await bar(ada).getByText('In accept(3)').waitFor();
  await press(ben, 'Come in');
  await bar(ben).getByText('Your partner opens the lab').waitFor({ state: 'detached' });
  await bar(ada).getByText('The lab is open: your partner can come in.').waitFor();
  await press(ben, 'Connect');
  await bar(ben).getByLabel('A line to send').fill('a question');
  await press(ben, 'Send');
  await press(ada, 'Receive');
  await bar(ada).getByText('a question').waitFor();
  assert.equal(await bar(ada).getByText('your partner can come in').count(), 0, 'who is in by now');
  await bar(ada).getByLabel('A line to send').fill('an answer');
  await press(ada, 'Send');
  await press(ben, 'Receive');
  await bar(ben).getByText('an answer').waitFor();
  assert.deepEqual([...(await barriers(ada)), ...(await beyond(ada))], []);
  await press(ben, 'Close');
  await press(ada, 'Receive');
  await bar(ada).getByText('recv(4, 1024) = 0').waitFor();

  // Parted by the teacher, both are out.
  await page.getByRole('button', { name: 'Part them' }).click();
  for (const who of [ada, ben]) await bar(who).getByText('The wire between you.').waitFor({ state: 'detached' });
  for (const one of [ada, ben, page]) await close(one);
}
