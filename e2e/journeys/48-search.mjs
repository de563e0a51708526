import assert from 'node:assert/strict';

import { barriers, beyond } from '../lib/axe.mjs';
import { close, open } from '../lib/browser.mjs';

export const name = 'search: found from any page by keys, in calls, errors, lessons and misspelt; its address is a link; markup is text; says what it has not found';

const found = (page) => page.locator('#found');
const titles = (page) => page.locator('#results h2').allInnerTexts();

async function ask(page, words, says) {
  await page.getByRole('searchbox').fill(words);
  await page.waitForFunction((it) => document.getElementById('results').dataset.words === it, words);
  assert((await found(page).innerText()).includes(says), `${words}: ${await found(page).innerText()}`);
  return titles(page);
}

export default async function ({ base, browser }) {
  for (const [width, dark] of [[1280, false], [320, true]]) {
    const page = await open(browser, `${base}inventory`, { width, dark });
    await page.locator('h1').waitFor();
    await page.keyboard.press('/');
    await page.waitForURL('**/search');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'words', 'one types at once');

    assert((await ask(page, 'EAGAIN', 'places')).includes('Errors'));
    assert((await ask(page, 'SO_SNDBUF', 'places')).includes('Socket options'));
    assert((await ask(page, 'spiteful guests', 'places')).includes('A chat server for spiteful guests'));
    assert((await ask(page, 'recieve buffer', 'places')).length > 0, 'a misspelt word is found');
    assert((await ask(page, 'backlog', 'place')).length > 0, 'what is found may have signs in it: backlog=5');
    assert((await ask(page, 'nonblocking', 'place')).length > 5, 'non-blocking, whoever writes it as one word');
    assert.deepEqual(await ask(page, 'xyzzyq', 'Nothing here has “xyzzyq”'), []);
    assert.deepEqual(await ask(page, '<img src=x onerror=alert(1)>', 'Nothing here has'), []);
    assert.equal(await page.locator('main img').count(), 0);

    await ask(page, 'four full buffers', 'place');
    assert.match(page.url(), /\?q=four\+full\+buffers$/);
    await page.reload();
    await found(page).filter({ hasText: 'place' }).waitFor();
    assert((await page.locator('#results mark').count()) > 0);
    assert.deepEqual([...(await barriers(page)), ...(await beyond(page))], []);

    // A place that was found is there.
    await ask(page, 'EAGAIN', 'places');
    const link = page.locator('#results h3 a').first();
    const to = await link.getAttribute('href');
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(new URL(to, `${base}search`).href);
    const [, place] = to.split('#');
    assert.equal(await page.locator(`[id="${place}"]`).count(), 1, to);
    await close(page);
  }

  const still = await open(browser, `${base}search`, { scripts: false });
  assert.equal(await still.getByRole('searchbox').count(), 0);
  assert.match(await still.locator('main').innerText(), /all lessons on one page/);
  await close(still);
}
