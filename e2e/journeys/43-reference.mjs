import assert from 'node:assert/strict';

import { beyond } from '../lib/axe.mjs';
import { close, each, open } from '../lib/browser.mjs';
import { LESSON, below, short } from '../lib/pages.mjs';

export const name = 'the reference: every page without scripts and narrow, a word of a lesson that leads there, and an example in the editor';

export default async function ({ base, browser }) {
  const index = new URL('reference', base).href;
  const pages = await below(base, '/reference/');
  for (const slug of ['recv', 'states', 'options', 'glossary', 'errors']) {
    assert(pages.some((url) => short(url) === `/reference/${slug}`), `no page leads to ${slug}`);
  }
  await each(browser, [index, ...pages], { scripts: false, width: 320, height: 640 }, async (page, url) => {
    assert.deepEqual(await beyond(page), [], short(url));
    page.tolerate(/^request failed: \S+\.js csp$/);
  });

  const page = await open(browser, new URL(LESSON, base).href);
  await page.locator('a.term', { hasText: /^send$/ }).first().click();
  await page.waitForURL((url) => url.pathname === '/reference/send');
  await page.getByRole('link', { name: 'A program' }).first().click();
  const example = page.locator('details', { has: page.locator('#show-eagain') });
  await example.locator('summary').click();
  await example.getByRole('link', { name: 'Open it in the editor' }).click();
  await page.locator('[data-part=says]').filter({ hasText: 'As the link has it' }).waitFor();
  await page.locator('.cm-line:visible').filter({ hasText: 'the peer never reads' }).first().waitFor();
  await close(page);
}
