import { launch, open } from './lib/browser.mjs';
import { wakeAll } from './lib/stage.mjs';
const b = await launch('/usr/bin/chromium');
const [,, path, w='1280'] = process.argv;
const page = await open(b, 'http://127.0.0.1:8765' + path, {width: +w});
await wakeAll(page);
console.log(await page.locator('body').ariaSnapshot());
await b.close();
