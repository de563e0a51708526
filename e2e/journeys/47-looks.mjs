import assert from 'node:assert/strict';

import { first, opened, press, tile } from '../lib/board.mjs';
import { close, open } from '../lib/browser.mjs';
import { classroom } from '../lib/class.mjs';
import { differs, keep, reduced, sheet } from '../lib/looks.mjs';
import { LESSON } from '../lib/pages.mjs';
import { FIGURES, live, stage, wake } from '../lib/stage.mjs';

export const name = 'each kind of page looks as it was kept, wide and narrow, light and dark (LOOKS=1 keeps anew)';

const HEIGHT = 900;
const WIDTHS = [1280, 360];
const LIGHTS = ['light', 'dark'];
/** What a sheet holds, from left to right. */
const TITLES = WIDTHS.flatMap((width) => LIGHTS.map((light) => ({ title: `${width} px ${light}`, width: width / 4 })));

/** Brings a part of the page to the top of the screen. */
const atTop = (part) => part.evaluate((it) => it.scrollIntoView({ block: 'start' }));

/** The kinds of pages: where one is, what of it is looked at, and what is there when it is ready. */
const KINDS = {
  home: { path: '' },
  map: { path: '', show: (page) => atTop(page.locator('#map')) },
  lesson: { path: LESSON },
  stage: { path: LESSON, show: async (page) => atTop(await stage(page)) },
  live: { path: LESSON, show: async (page) => atTop(await live(page)) },
  later: { path: LESSON, show: (page) => atTop(page.getByRole('region', { name: 'For later' })) },
  clinic: { path: 'clinic' },
  mistake: { path: 'clinic/b8-a-count-that-nobody-looked-at' },
  exercise: { path: 'exercises/send-all' },
  experiment: { path: 'experiments/eleven-bytes' },
  reference: { path: 'reference' },
  call: { path: 'reference/recv' },
  states: { path: 'reference/states' },
  glossary: { path: 'reference/glossary' },
  inventory: { path: 'inventory' },
  review: { path: 'review' },
  keys: { path: 'keys' },
  truth: { path: 'truth' },
  playground: { path: 'playground' },
  programs: { path: 'programs', ready: '.cm-editor' },
  notes: { path: 'notes', ready: '.cm-editor' },
  join: { path: 'join', ready: '[data-part=join] button[type=submit]:enabled' },
  room: { path: 'room' },
  lost: { path: 'no-such-page' },
};

/** Wakes what lies on the screen or near it, and waits for letters. */
async function settled(page) {
  for (const figure of await page.locator(`${FIGURES}:not([data-figure=live])`).all()) {
    const { top, bottom } = await figure.evaluate((it) => it.getBoundingClientRect().toJSON());
    if (bottom > -200 && top < HEIGHT + 200) await wake(figure);
  }
  await page.evaluate(() => document.fonts.ready);
}

/** A page's pictures in this width, light and dark. */
async function pictures(page, show = () => page.evaluate(() => scrollTo(0, 0))) {
  await settled(page);
  const taken = [];
  for (const colorScheme of LIGHTS) {
    await page.emulateMedia({ colorScheme });
    await show(page);
    taken.push(reduced(await page.screenshot({ animations: 'disabled' })));
  }
  return taken;
}

/** A teacher's board with two who need help. What is drawn by lot or told by a clock is written over. */
async function board(browser, base) {
  const { page, code } = await opened(browser, base, 'Networks');
  await press(page, 'I have it');
  const people = await classroom(await open(browser, base));
  await people.joinMany(code, ['Ines', 'Ravi']);
  await people.save('Ravi', Array(3).fill({ verdict: { exercise: 'send-all', passed: false, says: 'send() raises EAGAIN' } }));
  await people.learn('Ines', { hand: { up: true } });
  await tile(page, 'Ravi').filter({ hasText: 'failed 3 times' }).waitFor();
  await first(page, 'Ines');
  const taken = {};
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    taken[width] = await pictures(page, () => page.evaluate(same));
  }
  return taken;
}

/** Runs in the page of a board. */
function same() {
  const write = (selector, pattern, text) => {
    for (const it of document.querySelectorAll(selector)) {
      for (const node of it.childNodes) if (node.nodeType === Node.TEXT_NODE) node.nodeValue = node.nodeValue.replace(pattern, text);
    }
  };
  write('.board-head > div > .over', /^.*$/, 'Room opened today.');
  write('.warn code, .addr', /:\d+/, ':40000');
  write('[data-part=code]', /\w/g, 'X');
  write('.tile .for', /^.*$/, 'now');
  document.querySelector('.qr path').style.visibility = 'hidden';
  scrollTo(0, 0);
}

export default async function ({ base, browser }) {
  const taken = { board: await board(browser, base) };
  // Each in a browser of its own, for what was read before shows in some of them.
  const left = WIDTHS.flatMap((width) => Object.keys(KINDS).map((kind) => ({ kind, width }))).values();
  const look = async () => {
    for (const { kind, width } of left) {
      const { path, show, ready } = KINDS[kind];
      const page = await open(browser, new URL(path, base).href, { width, height: HEIGHT });
      page.tolerate(/404/);
      await page.locator(ready ?? 'main').first().waitFor();
      (taken[kind] ??= {})[width] = await pictures(page, show);
      await close(page);
    }
  };
  await Promise.all([look(), look()]);

  const wrong = [];
  for (const [kind, widths] of Object.entries(taken)) {
    const all = sheet(WIDTHS.flatMap((width) => widths[width]));
    if (process.env.LOOKS) await keep(kind, all);
    else wrong.push(...(await differs(kind, all, TITLES)));
  }
  assert.deepEqual(wrong, []);
}
