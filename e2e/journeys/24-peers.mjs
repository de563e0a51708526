import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { call, console_, nextAddress, playground, rows, told } from '../lib/play.mjs';

export const name = 'a peer’s page opens the playground with it; any peer comes by keyboard, wrong settings say so, and the link has them';

export default async function ({ base, browser }) {
  const page = await open(browser, new URL('peers/dribbler', base).href);
  await page.getByRole('link', { name: 'Try it in the playground' }).click();
  const figure = await playground(page);
  await figure.locator('[data-part=note]').filter({ hasText: 'dribbler: Sends back' }).waitFor();
  await call(figure, 'Client', 'send(3, "hi")');
  assert.match(await told(figure), /send\(3, 2 bytes\) = 2/);

  // Another one, by keyboard alone.
  const setup = figure.locator('[data-part=setup]');
  await setup.locator('summary').focus();
  await page.keyboard.press('Enter');
  const form = setup.locator('[data-part=add-peer]');
  await form.getByRole('combobox').focus();
  await page.keyboard.type('calc');
  await form.getByLabel('order').waitFor();
  await page.keyboard.press('Tab');
  const said = async (field) => page.locator(`#${await field.getAttribute('aria-describedby')}`).innerText();
  const order = form.getByLabel('order');
  assert(await order.evaluate((field) => field === document.activeElement), 'the next field is the first setting');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('7');
  assert.equal(await said(order), 'It may be 0 to 1.');
  await page.keyboard.press('Enter');
  const hosts = setup.locator('.hosts li');
  assert.equal(await hosts.count(), 2, 'a peer that cannot be is not added');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('1');
  assert.equal(await said(order), '');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('42');
  const before = page.url();
  await page.keyboard.press('Enter');
  await hosts.nth(2).filter({ hasText: 'calculator (order 1, seed 42)' }).waitFor();

  // The link has peer, setting and seed.
  const link = await nextAddress(page, before);
  assert.match(link, /#v1\./);
  const story = await rows(figure);
  const other = await open(browser, link);
  const again = await playground(other);
  assert.deepEqual(await rows(again), story);
  await again.locator('[data-part=setup] summary').click();
  await again.locator('.hosts li').nth(2).filter({ hasText: 'calculator (order 1, seed 42)' }).waitFor();
  await close(other);
  await close(page);

  // A name that is no peer's is passed over, as any other mark in the address.
  const unknown = await open(browser, new URL('playground#peer=nobody', base).href);
  await console_(await playground(unknown), 'Server').waitFor();
  await close(unknown);
}
