import { launch, open } from './lib/browser.mjs';
const b = await launch('/usr/bin/chromium');
const [,, path, w='1280'] = process.argv;
const page = await open(b, 'http://127.0.0.1:8765' + path, {width: +w});
for (let i=0;i<120;i++){ await page.keyboard.press('Tab'); await page.waitForTimeout(40);
 console.log(i, await page.evaluate(()=>{const it=document.activeElement; if(!it||it===document.body) return 'GROUND'; const c=getComputedStyle(it);return it.tagName+'.'+it.className+' '+(it.getAttribute('role')||'')+' | '+(it.getAttribute('aria-label')||it.innerText||it.textContent||'').replace(/\s+/g,' ').slice(0,60)+' | '+c.outlineStyle+' '+c.outlineWidth+' '+Math.round(it.getBoundingClientRect().top)}));
}
await b.close();
