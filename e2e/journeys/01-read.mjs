import assert from 'node:assert/strict';

import { each } from '../lib/browser.mjs';
import { LESSON, all, elsewhere, short } from '../lib/pages.mjs';

export const name = 'read every page with scripts off at 360 px';

export default async function ({ base, browser }) {
  const pages = (await all(base)).filter(elsewhere);
  assert(pages.some((url) => url.endsWith(LESSON)), `no link leads to ${LESSON}: ${pages}`);
  await each(browser, pages, { scripts: false, width: 360, height: 740 }, async (page, url) => {
    const seen = await page.evaluate(() => ({
      title: document.title,
      headings: [...document.querySelectorAll('h1')].map((h) => h.innerText.trim()),
      text: document.querySelector('main')?.innerText.length ?? 0,
      language: document.documentElement.lang,
      overhang: document.documentElement.scrollWidth - innerWidth,
    }));
    assert.equal(seen.headings.length, 1, `${short(url)} has one h1: ${seen.headings}`);
    assert(seen.title && seen.headings[0] && seen.language === 'en', `${short(url)}: ${JSON.stringify(seen)}`);
    assert(seen.text > 400, `${short(url)} has only ${seen.text} characters of text`);
    assert(seen.overhang <= 0, `${short(url)} scrolls sideways by ${seen.overhang} px`);
    if (url.endsWith(LESSON)) {
      const stage = await page.locator('[data-figure=stage]').first().innerText();
      assert(stage.length > 100, 'the stage shows its first state as text');
      assert(stage.includes('SO_SNDBUF'), 'and all lines of its programs, which nothing could unfold');
    }
    // Where scripts are off, a module that the page would have loaded ahead is declined.
    page.tolerate(/^request failed: \S+\.js csp$/);
  });
}
