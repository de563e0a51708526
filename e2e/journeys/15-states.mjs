import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { button, call, playground } from '../lib/play.mjs';

export const name = 'the state diagram follows both ends, and hosts come and go by keys alone';

const here = (figure) =>
  figure.locator('[data-part=states] [data-here=true]').evaluateAll((all) => all.map((n) => n.dataset.stateName).sort());

export default async function ({ base, browser }) {
  const page = await open(browser, new URL('playground', base).href);
  const figure = await playground(page);
  await button(figure, 'Half-close').click();
  assert.deepEqual(await here(figure), ['CLOSE-WAIT', 'FIN-WAIT-2']);
  await call(figure, 'Server', 'close(4)');
  assert.deepEqual(await here(figure), ['FIN-WAIT-2', 'LAST-ACK']);
  await figure.locator('.stage').first().focus();
  await page.keyboard.press('End');
  assert.deepEqual(await here(figure), ['CLOSED'], 'TIME-WAIT is over when nothing more happens');

  // Keys: the network's choices, and the settings.
  await figure.locator('.stage').first().focus();
  await page.keyboard.press('n');
  await figure.locator('[data-choice]').first().waitFor();
  await figure.locator('[data-part=setup] summary').focus();
  await page.keyboard.press('Enter');
  await button(figure, 'Add a host').focus();
  await page.keyboard.press('Enter');
  await figure.getByText('host 3', { exact: true }).first().waitFor();
  assert.equal(await figure.locator('[data-part=setup]').evaluate((d) => d.open), true, 'the settings stay open');
  await close(page);
}
