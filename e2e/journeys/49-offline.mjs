import assert from 'node:assert/strict';

import { close, open, PATIENCE_MS } from '../lib/browser.mjs';
import { forward, shows, stage, until } from '../lib/stage.mjs';
import { start } from '../lib/server.mjs';

export const name = 'offline after one visit: pages, a stage that steps, search and review; a new page once the server is back; it can be installed';

/** The copy is whole once its worker is active. */
const copied = (page) =>
  page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated', null, { timeout: 3 * PATIENCE_MS });

export default async function ({ browser, binary }) {
  const site = await start(binary);
  const page = await open(browser, site.url, { offline: true });
  await copied(page);
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json());
  assert.equal(manifest.start_url, './');
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (at) => {
      const image = new Image();
      image.src = at;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    assert.equal(size, sizes);
  }

  await site.stop();
  page.tolerate(/ERR_CONNECTION_REFUSED/);
  await page.goto(`${site.url}lessons/how-much-did-send-take`);
  const first = await stage(page);
  const { events } = await shows(first);
  await forward(first);
  await until(first, 'stepped', (now) => now.events > events);

  await page.goto(`${site.url}search?q=EAGAIN`);
  await page.locator('#found').filter({ hasText: 'places' }).waitFor();
  await page.goto(`${site.url}review`);
  await page.locator('[data-figure=later][data-state=live]').waitFor();
  await page.goto(`${site.url}reference/send/`);
  assert.match(await page.title(), /send/);
  await page.goto(`${site.url}no-such-page`).catch(() => {});
  assert.doesNotMatch(await page.title(), /send/, 'no page stands for another');
  await close(page);
}
