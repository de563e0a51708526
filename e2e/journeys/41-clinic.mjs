import assert from 'node:assert/strict';

import { beyond } from '../lib/axe.mjs';
import { close, each, open } from '../lib/browser.mjs';
import { below, short } from '../lib/pages.mjs';

export const name = 'the bug clinic: every page without scripts, narrow and on paper, and a run that opens on the stage';

export default async function ({ base, browser }) {
  const index = new URL('clinic', base).href;
  const pages = await below(base, '/clinic/');
  assert.equal(pages.length, 23, `${pages.map(short)}`);
  await each(browser, [index, ...pages], { scripts: false, width: 320, height: 640 }, async (page, url) => {
    assert.deepEqual(await beyond(page), [], short(url));
    page.tolerate(/^request failed: \S+\.js csp$/);
    if (url === index) return;
    assert.equal(await page.locator('details[open]').count(), 0, `${short(url)} keeps its answer to itself`);
    await page.locator('summary').click();
    assert((await page.locator('details p').innerText()).length > 40, `${short(url)} tells why`);
    assert(await page.locator('.came :is(.steps li, pre, .findings li)').first().isVisible(), `${short(url)} tells what came`);
    assert(await page.locator('.lines :is(.goes, .comes)').first().isVisible(), `${short(url)} shows what changes`);
  });

  const count = pages.find((url) => short(url).startsWith('/clinic/b8-'));
  const paper = await open(browser, count, { print: true });
  assert(await paper.locator('details p').isVisible(), 'what is folded is open on paper');
  await close(paper);

  const page = await open(browser, count);
  const step = page.locator('.steps .unusual');
  assert.match(await step.innerText(), /send\(3, 5 bytes\) → 1[\s\S]*Unusual: moves 1 byte/);
  await step.getByRole('link').click();
  assert.match(await page.locator('.lines li:target').innerText(), /sock\.send/);
  await page.getByRole('link', { name: 'Open this run on the stage' }).click();
  await page.locator('[data-part=says]').filter({ hasText: 'As the link has it' }).waitFor();
  // It opens where the unusual send has just moved its one byte.
  await page.getByRole('tab', { name: /^Client is about to run line 5/ }).click();
  await page.locator('.cm-line:visible').filter({ hasText: 'sock.send(b"hello")' }).first().waitFor();
  await close(page);
}
