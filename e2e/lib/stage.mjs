// The figures of a page: woken, read and driven by what is promised to tests (data attributes and accessible names).
import { PATIENCE_MS } from './browser.mjs';

export const FIGURES = '[data-figure]';

/** Brings a figure to where it wakes (a live run wakes when it is touched), and waits until it is awake. */
export async function wake(figure) {
  await figure.scrollIntoViewIfNeeded();
  if ((await figure.getAttribute('data-figure')) === 'live') await figure.dispatchEvent('pointerdown');
  const handle = await figure.elementHandle();
  await figure.page().waitForFunction((f) => ['live', 'failed'].includes(f.dataset.state), handle, { timeout: PATIENCE_MS });
  const state = await figure.getAttribute('data-state');
  if (state !== 'live') throw new Error(`the figure did not wake: ${state}\n${figure.page().problems.join('\n')}`);
  return figure;
}

/** Wakes all figures of a page; how many there are. */
export async function wakeAll(page) {
  const all = await page.locator(FIGURES).all();
  for (const figure of all) await wake(figure);
  return all.length;
}

export const stage = async (page) => wake(page.locator('[data-figure=stage]').first());
export const live = async (page) => wake(page.locator('[data-figure=live]').first());
export const button = (figure, name) => figure.getByRole('button', { name });

/** What a stage shows, as far as journeys compare it. */
export const shows = (figure) =>
  figure.evaluate((f) => ({
    events: f.querySelectorAll('li[data-event]').length,
    send: [...f.querySelectorAll('[data-part=send-buffer]')].map((e) => Number(e.dataset.used)),
    recv: [...f.querySelectorAll('[data-part=recv-buffer]')].map((e) => Number(e.dataset.used)),
    lines: [...f.querySelectorAll('li[aria-current=step]')].map((e) => e.innerText),
  }));

/** One step forward, past a question if one is asked. */
export async function forward(figure) {
  await button(figure, 'Step forward').click();
  await showIfAsked(figure);
}

/** Answers an open question by looking. */
export async function showIfAsked(figure) {
  const show = button(figure, 'Just show me');
  if (await show.isVisible()) await show.click();
}

/** Waits until a check on what a stage shows holds. */
export async function until(figure, what, holds) {
  const start = Date.now();
  for (;;) {
    const now = await shows(figure);
    if (holds(now)) return now;
    if (Date.now() - start > PATIENCE_MS) throw new Error(`never ${what}; at last ${JSON.stringify(now)}`);
    await figure.page().waitForTimeout(30);
  }
}
