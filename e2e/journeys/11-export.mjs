import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { close, open } from '../lib/browser.mjs';
import { LESSON, all } from '../lib/pages.mjs';
import { command } from '../lib/server.mjs';
import { forward, live, shows, stage } from '../lib/stage.mjs';
import { host } from '../lib/static.mjs';

export const name = 'the exported site works below a sub-path of a static host, and says that no relay is there';

export default async function ({ browser, binary }) {
  const dir = await mkdtemp(join(tmpdir(), 'socketscope-export-'));
  await command(binary, 'export-site', dir);
  const site = await host(dir, '/courses/net/');
  try {
    const pages = await all(site.url);
    const lesson = pages.find((url) => url.replace(/(\/|\.html)$/, '').endsWith(LESSON));
    assert(lesson, `the lesson is linked: ${pages}`);
    assert(pages.every((url) => url.startsWith(site.url)), `no link leads out of the sub-path: ${pages}`);
    const page = await open(browser, lesson);
    // There is no WebSocket at a static host; that the page finds out is the point.
    page.tolerate(/WebSocket|relay/);
    const figure = await stage(page);
    const before = await shows(figure);
    await forward(figure);
    assert.notDeepEqual(await shows(figure), before);
    const real = await live(page);
    const run = real.getByRole('button', { name: 'Run it for real' });
    if ((await run.isVisible()) && (await run.isEnabled())) await run.click();
    await real.getByText(/no relay/i).first().waitFor();
    await close(page);
  } finally {
    site.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
