import { beside, opened, press } from '../lib/board.mjs';
import { close, watch } from '../lib/browser.mjs';
import { bar, joins } from '../lib/learner.mjs';

export const name = 'two pages start the class’s server: the second has the class, the first says so, and can take it back';

export default async function ({ base, browser }) {
  const { page: teacher, code } = await opened(browser, base, 'Two servers');
  await press(teacher, 'I have it');
  const walls = [await beside(teacher, 'The class’s server'), await beside(teacher, 'The class’s server')];
  const [first, second] = walls;
  for (const wall of walls) await watch(wall, base);
  const ada = await joins(browser, base, code, 'Ada', { width: 360, height: 740 });
  const doing = (wall, text) => wall.locator('[data-part=doing]', { hasText: text }).waitFor();
  const connects = async (client) => {
    await bar(ada).getByRole('button', { name: 'Connect', exact: true }).click();
    await bar(ada).getByText(`You are client ${client}.`).waitFor();
  };
  const is = (wall, on) => wall.locator(`[data-part=server][data-on=${on}]`).waitFor();

  await press(first, 'Start the server');
  await connects(1);
  await doing(second, 'Another page that teaches this room runs the class’s server.');
  await press(second, 'Start it here instead');
  await is(second, true);
  await doing(first, 'Another page that teaches this room has started a server');
  await is(first, false);
  // The learner is told that the connection is gone, and is a client of the other.
  await bar(ada).locator('[data-part=line-out]').waitFor();
  await connects(1);
  await second.locator('[data-part=connected]', { hasText: '1 client of 1 that came' }).waitFor();

  // A page that has the class no more takes it from nobody by going.
  await first.reload();
  await doing(first, 'Another page that teaches this room runs the class’s server.');
  await bar(ada).getByLabel('A line to send').fill('still there');
  await bar(ada).getByRole('button', { name: 'Send', exact: true }).click();
  await bar(ada).getByText('STILL THERE', { exact: true }).waitFor();

  await press(first, 'Start it here instead');
  await doing(second, 'Another page that teaches this room has started a server');
  await bar(ada).locator('[data-part=line-out]').waitFor();
  await connects(1);
  for (const page of [ada, teacher]) await close(page);
}
