// A person without a mouse: what has the keyboard, and the way to something by Tab alone.
import assert from 'node:assert/strict';

const MOST_STOPS = 400;

/** What has the keyboard: its name, and what is wrong with it, if anything. Null on the page's own ground. */
const holder = (page) =>
  page.evaluate(() => {
    const it = document.activeElement;
    if (!it || it === document.body) return null;
    const words = (text) => text.replace(/\s+/g, ' ').trim();
    const labels = [...(it.labels ?? [])].map((label) => words(label.innerText)).join(' ');
    const name = it.getAttribute('aria-label') || labels || words(it.innerText || it.textContent || '') || it.id;
    const wrong = [];
    const { top, bottom, left, right } = it.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight || right < 0 || left > innerWidth) wrong.push(`out of sight, at ${Math.round(top)}`);
    // Something of it lies on top: a bar that stays where it is may cover all of it.
    const y = (part) => Math.min(Math.max(top + (bottom - top) * part, 1), innerHeight - 1);
    const tops = [0.1, 0.5, 0.9].map((part) => document.elementFromPoint((left + right) / 2, y(part)));
    if (!tops.some((over) => over && (it.parentElement.contains(over) || over.contains(it)))) wrong.push('covered');
    // The ring may be drawn by what is laid over it, or by a row around a hidden field.
    const rings = [getComputedStyle(it), getComputedStyle(it, '::after'), getComputedStyle(it.parentElement)];
    const drawn = ({ outlineStyle, outlineWidth, outlineColor }) =>
      outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/^(transparent|rgba\(.*, 0\))$/.test(outlineColor);
    if (!rings.some(drawn)) wrong.push('without a ring');
    return { name, tag: it.tagName.toLowerCase(), wrong };
  });

/** Presses a key and looks at what has the keyboard then. */
export async function step(page, key = 'Tab') {
  await page.keyboard.press(key);
  const now = await holder(page);
  assert.deepEqual(now?.wrong ?? [], [], `the keyboard at “${now?.name.slice(0, 60)}”`);
  return now;
}

/** Goes on by Tab until this has the keyboard; a text is the whole name. */
export async function reach(page, name) {
  const is = (it) => it && (typeof name === 'string' ? it.name === name : name.test(it.name));
  const seen = [];
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    const now = await step(page);
    if (is(now)) return;
    seen.push(now?.name.slice(0, 40) ?? '(the ground)');
  }
  throw new Error(`never at ${name}, but at ${[...new Set(seen)].join(' | ')}`);
}

/** Goes there and presses it. */
export async function hit(page, name, key = 'Enter') {
  await reach(page, name);
  await page.keyboard.press(key);
}

/** Goes there and types. */
export async function type(page, name, text) {
  await reach(page, name);
  await page.keyboard.type(text);
}

/** Fails if what was pressed has taken the keyboard with it. */
export const kept = (page, what) =>
  page.waitForFunction(() => document.activeElement !== document.body, null, { timeout: 3_000 }).catch(() => {
    throw new Error(`${what}: the keyboard is nowhere`);
  });

/** Goes round the page by Tab, forwards and back, and comes to its end both times. */
export async function round(page) {
  for (const key of ['Tab', 'Shift+Tab']) {
    await page.evaluate(() => document.activeElement?.blur());
    let stops = 0;
    // From the ground the way leads on from where it was last: first to an end of the page.
    while (await step(page, key)) assert(++stops < MOST_STOPS, `${key} comes to no end`);
    stops = 0;
    while (await step(page, key)) assert(++stops < MOST_STOPS, `${key} comes to no end`);
    assert(stops > 0, 'there is something to reach');
  }
}
