// The live part of a lesson: run on a real kernel, and its comparison read row by row.
import { button } from './stage.mjs';

// A live run has a relay and another program in it; a slow machine is given time.
const LIMIT_MS = 90_000;

/** Waits until the run is in one of these states. */
export const reaches = (figure, ...states) =>
  figure.locator(states.map((state) => `[data-part=live][data-run=${state}]`).join(',')).waitFor({ timeout: LIMIT_MS });

/** Starts the run and waits until the buffers are full and the learner is asked to let the peer read. */
export async function runUntilFull(figure) {
  await button(figure, 'Run it for real').click();
  await reaches(figure, 'waits-for-peer');
}

/** What the real kernel answered to each call of this name, in order. */
export const answers = (figure, name) =>
  figure.locator('tbody tr').evaluateAll(
    (rows, name) =>
      rows
        .filter((row) => row.querySelector('th')?.innerText.startsWith(`${name}(`))
        .map((row) => row.querySelector('td[data-by=kernel]')?.innerText.trim())
        .filter(Boolean),
    name,
  );

/** The count in an answer such as `6,144`; undefined for an error. */
export const count = (text) => (/^\d/.test(text) ? Number(text.match(/^[\d,]+/)[0].replaceAll(',', '')) : undefined);
