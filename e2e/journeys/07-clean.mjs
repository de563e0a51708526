import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { all, short } from '../lib/pages.mjs';
import { wakeAll } from '../lib/stage.mjs';

export const name = 'console empty, policy kept, no other host asked, on every page';

export default async function ({ base, browser }) {
  for (const url of await all(base)) {
    const page = await open(browser, url);
    await wakeAll(page);
    const policy = page.response.headers()['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'|default-src 'self'/, `${short(url)}: ${policy}`);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/, short(url));
    // The editor sets its places by the object model, which the policy allows; what the page brings has none.
    const inline = await page.locator('[style]:not(.cm-editor *), script:not([src]):not([type="application/json"]), style').count();
    assert.equal(inline, 0, `${short(url)} has inline styles or scripts`);
    await close(page);
  }
}
