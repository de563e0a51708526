import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { playground } from '../lib/play.mjs';

export const name = 'a number that cannot be says so beside its field at once, and the one before stays in force';

export default async function ({ base, browser }) {
  const page = await open(browser, new URL('playground', base).href);
  const figure = await playground(page);
  await figure.locator('[data-part=setup] summary').click();
  const inForce = figure.locator('[data-part=setup] summary .now');
  const before = await inForce.innerText();
  const mtu = figure.getByLabel('MTU, bytes');
  const says = async () => page.locator(`#${await mtu.getAttribute('aria-describedby')}`).innerText();

  for (const [text, why] of [['abc', /no whole number/], ['-5', /no whole number/], ['1', /68/]]) {
    await mtu.fill(text);
    assert.match(await says(), why);
    assert.equal(await mtu.getAttribute('aria-invalid'), 'true');
    await mtu.press('Enter');
    assert.match(await says(), why, 'it stays beside what is wrong');
    assert.equal(await inForce.innerText(), before);
  }
  await mtu.fill('576');
  assert.equal(await says(), '');
  assert.equal(await mtu.getAttribute('aria-invalid'), 'false');
  await mtu.press('Enter');
  await inForce.filter({ hasText: 'MTU 576' }).waitFor();
  await close(page);
}
