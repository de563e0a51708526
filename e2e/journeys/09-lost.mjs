import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { LESSON } from '../lib/pages.mjs';

export const name = 'an unknown page says so and shows the map';

export default async function ({ base, browser }) {
  for (const path of ['no-such-page', 'lessons/no-such-lesson', 'lessons/%3Cscript%3E']) {
    const page = await open(browser, new URL(path, base).href);
    page.tolerate(/status of 404/);
    assert.equal(page.response.status(), 404, path);
    const link = page.locator(`main a[href$="${LESSON}"]`).first();
    await link.click();
    await page.waitForURL(`**/${LESSON}`);
    await close(page);
  }
}
