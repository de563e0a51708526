// A learner's page: joining as a person does.
import { open } from './browser.mjs';

export const bar = (page) => page.getByRole('region', { name: 'Your class' });

/** A page of somebody who joins this room by its link. */
export async function joins(browser, base, code, name, how = {}) {
  const page = await open(browser, new URL(`join#${code}`, base).href, how);
  await page.getByLabel('Your name here').fill(name);
  await page.getByRole('button', { name: 'Join the room' }).click();
  await bar(page).waitFor();
  return page;
}

/** The return key, as it is shown. */
export const key = (page) => page.getByLabel(/^Your return key/).inputValue();
