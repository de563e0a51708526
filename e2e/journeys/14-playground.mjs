import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { button, call, console_, nextAddress, playground, rows, told } from '../lib/play.mjs';

export const name = 'playground: pick and type calls, follow a link, reload, go back; a damaged link says so';

export default async function ({ base, browser }) {
  const address = new URL('playground', base).href;
  const page = await open(browser, address);
  const figure = await playground(page);

  // Calls typed and picked.
  await button(figure, 'Half-close').click();
  await call(figure, 'Server', 'send(4, "7\\n")');
  assert.match(await told(figure), /send\(4, 2 bytes\) = 2/);
  const form = console_(figure, 'Server');
  await form.getByRole('combobox').selectOption('close');
  await form.getByRole('button', { name: 'Call' }).click();
  assert.match(await told(figure), /close\(4\) = 0/);
  await call(figure, 'Client', 'send(3)');
  assert.match(await console_(figure, 'Client').getByRole('alert').innerText(), /argument 2 should be a number of bytes/);

  // The address leads here again: reloaded, and in a fresh page.
  const link = await nextAddress(page, address);
  assert.match(link, /#v1\./);
  const story = await rows(figure);
  await page.reload();
  assert.deepEqual(await rows(await playground(page)), story);
  const other = await open(browser, page.url());
  assert.deepEqual(await rows(await playground(other)), story);
  await close(other);

  // Back leads to the run before.
  const again = await playground(page);
  await button(again, 'A full backlog').click();
  await again.getByText('on clients').first().waitFor();
  await page.goBack();
  await page.waitForFunction((n) => document.querySelectorAll('li[data-event]').length === n, story.length);
  assert.deepEqual(await rows(again), story);
  await close(page);

  // Damaged and foreign links.
  for (const [token, says] of [
    ['#v1.AAAA', /damaged/],
    ['#v1.%%%%', /damaged/],
    [`${new URL(link).hash.slice(0, -9)}`, /damaged|cannot be read/],
  ]) {
    const broken = await open(browser, address + token);
    await playground(broken);
    await broken.locator('[data-part=note].bad').waitFor();
    assert.match(await broken.locator('[data-part=note]').innerText(), says);
    await close(broken);
  }
}
