import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { button, until } from '../lib/stage.mjs';
import { playground, told } from '../lib/play.mjs';

export const name = 'be the network: lose a segment, and see it sent again';

export default async function ({ base, browser }) {
  const page = await open(browser, new URL('playground', base).href);
  const figure = await playground(page);
  const wire = figure.locator('[data-part=wire]');
  await wire.locator('.segment.data').first().waitFor();

  await button(figure, 'Be the network').click();
  const lose = figure.locator('[data-choice^="lose"]');
  const before = await lose.count();
  assert(before > 0, 'what is on the wire may be lost');
  await lose.first().click();
  await wire.locator('.segment.lost').waitFor();
  assert.match(await told(figure), /is lost on the way/);

  const again = async () => (await wire.locator('.segment.again').count()) > 0;
  for (let steps = 0; steps < 60 && !(await again()); steps++) await button(figure, 'Step forward').click();
  assert(await again(), 'the segment is sent once more');
  await until(figure, 'told', ({ lines }) => lines.length > 0);

  // A host dies, and is still readable.
  await figure.locator('[data-choice="power-off 1"]').click();
  await figure.locator('.kernel.dead').waitFor();
  assert.match(await told(figure), /dies without a word/);
  await figure.locator('[data-choice="power-on 1"]').click();
  assert.equal(await figure.locator('.kernel.dead').count(), 0);
  await close(page);
}
