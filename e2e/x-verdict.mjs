import { launch, open } from './lib/browser.mjs';
import { wakeAll, button } from './lib/stage.mjs';
const b = await launch('/usr/bin/chromium');
const page = await open(b, 'http://127.0.0.1:8765/lessons/how-much-did-send-take');
await wakeAll(page);
const f = page.locator('[data-figure=stage]').first();
const ask = async()=>console.log('-----', await page.locator('.ask').allInnerTexts(), await page.locator('[data-part=verdict]').allInnerTexts());
for (let i=0;i<3;i++){
 for (let n = 0; n < 60; n++) { if (await button(f,'Predict and run').isVisible()) break; await button(f,'Step forward').click(); await page.waitForTimeout(30);}
 await ask(); console.log('TR', (await f.locator('li[data-event]').allInnerTexts()).slice(-4));
 console.log((await f.ariaSnapshot()).split('\n').filter(l=>/group|img "/.test(l)).join('\n'));
 await button(f,'Just show me').click(); await page.waitForTimeout(100);
 await ask(); console.log('TR', (await f.locator('li[data-event]').allInnerTexts()).slice(-4));
 console.log(await f.locator('.ask, [data-part=verdict]').first().ariaSnapshot());
}
await b.close();
