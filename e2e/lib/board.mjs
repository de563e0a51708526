// A teacher's page.
import { readFile } from 'node:fs/promises';

import { open } from './browser.mjs';
import { wakeAll } from './stage.mjs';

/** Opens a room as a teacher does; its page and its code. */
export async function opened(browser, base, title, how = {}) {
  const page = await open(browser, new URL('room', base).href, how);
  await wakeAll(page);
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Open the room' }).click();
  await page.locator('[data-part=secret]').waitFor();
  const code = (await page.locator('[data-part=code]').innerText()).replace(/\s/g, '');
  return { page, code };
}

/** A learner's tile. */
export const tile = (page, name) => page.locator('.tile', { hasText: name });

/** Waits until this learner's tile is the first. */
export const first = (page, name) => page.waitForFunction((n) => document.querySelector('.tile h3')?.innerText === n, name);

/** Presses a button of the page's. */
export const press = (page, name) => page.getByRole('button', { name }).click();

/** Waits until the board has said this of the last wish. */
export const said = (page, text) => page.locator('[data-part=note]', { hasText: text }).waitFor();

/** Takes a file of the record by this button; its name and its text. */
export async function exported(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)]);
  return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')];
}

/** Opens a page of a teacher's by this link of the board. */
export async function beside(page, link) {
  const [other] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: link }).click()]);
  return other;
}
