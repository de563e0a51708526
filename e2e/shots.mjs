// node e2e/shots.mjs [--binary PATH] [--chromium PATH] [--full]
// Takes a picture of every page at 360 and 1280 px, light and dark, into e2e/results, for people to look at.
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { close, launch, open } from './lib/browser.mjs';
import { all, short } from './lib/pages.mjs';
import { start } from './lib/server.mjs';
import { wakeAll } from './lib/stage.mjs';

const { values: options } = parseArgs({
  options: {
    binary: { type: 'string', default: 'target/release/socketscope' },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' },
    out: { type: 'string', default: new URL('./results/', import.meta.url).pathname },
  },
});

const browser = await launch(options.chromium);
const site = await start(options.binary);
await mkdir(options.out, { recursive: true });
for (const url of [...(await all(site.url)), new URL('no-such-page', site.url).href]) {
  for (const width of [360, 1280]) {
    for (const dark of [false, true]) {
      const page = await open(browser, url, { width, dark, height: width === 360 ? 740 : 900 });
      page.tolerate(/404/);
      await wakeAll(page);
      await page.evaluate(() => scrollTo(0, 0));
      const name = short(url).replace(/^\//, '').replaceAll('/', '-') || 'home';
      const path = `${options.out}/${name}-${width}-${dark ? 'dark' : 'light'}.png`;
      await page.screenshot({ path, fullPage: true });
      console.log(path);
      await close(page).catch((problem) => console.log(`  ${problem.message}`));
    }
  }
}
await browser.close();
await site.stop();
