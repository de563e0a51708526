import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { button, FIGURES, shows } from '../lib/stage.mjs';

export const name = 'who opens the home page on a phone sees a step to take, takes it, and something happens';

export default async function ({ base, browser }) {
  const began = performance.now();
  const page = await open(browser, base, { width: 360, height: 640 });
  // Nothing is scrolled and nothing is waited for but the button itself.
  const figure = page.locator(FIGURES).first();
  const step = button(figure, 'Step forward');
  const box = await step.boundingBox();
  assert(box && box.y >= 0 && box.y + box.height <= 640, `the button is on the first screen: ${JSON.stringify(box)}`);
  await page.waitForFunction((f) => document.querySelector(f).dataset.state === 'live', FIGURES);
  const before = await shows(figure);
  await step.click();
  await page.waitForFunction(
    ([f, n]) => document.querySelector(f).querySelectorAll('[data-part=send-buffer][data-used]').length > 0 && [...document.querySelectorAll(`${f} [data-part=send-buffer]`)].some((e) => Number(e.dataset.used) > n),
    [FIGURES, Math.max(...before.send)],
  );
  assert.equal(await page.evaluate(() => scrollY), 0, 'and it was seen: nothing had to be scrolled');
  const sent = await figure.locator('[data-part=send-buffer]').first().boundingBox();
  assert(sent && sent.y < 640, 'the buffer that has filled is on the screen');
  console.log(`  from the address to the filled buffer: ${Math.round(performance.now() - began)} ms`);
  await close(page);
}
