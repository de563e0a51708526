import assert from 'node:assert/strict';

import { beyond } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';
import { all, short } from '../lib/pages.mjs';
import { wakeAll } from '../lib/stage.mjs';

export const name = 'no page is wider than a screen of 320 px';

export default async function ({ base, browser }) {
  const found = [];
  for (const url of await all(base)) {
    const page = await open(browser, url, { width: 320, height: 640 });
    await wakeAll(page);
    found.push(...(await beyond(page)).map((what) => `${short(url)} ${what}`));
    await close(page);
  }
  assert.deepEqual(found, []);
}
