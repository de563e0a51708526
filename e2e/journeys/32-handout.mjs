import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';

export const name = 'the sheet for learners is one page of paper, A4 and Letter';

export default async function ({ base, browser }) {
  const page = await open(browser, new URL('guide/handout', base).href);
  for (const format of ['A4', 'Letter']) {
    const pdf = (await page.pdf({ format, margin: { top: '12mm', bottom: '12mm', left: '14mm', right: '14mm' } })).toString('latin1');
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, format);
  }
  await close(page);
}
