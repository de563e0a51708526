// The playground: woken, told calls, and read.
import { button, wake } from './stage.mjs';

export const playground = async (page) => wake(page.locator('[data-figure=playground]'));

/** The form of the program with this name. */
export const console_ = (figure, name) => figure.getByRole('form', { name: `What ${name} calls next` });

/** Types a call and makes it. */
export async function call(figure, name, text) {
  const form = console_(figure, name);
  await form.getByLabel(`The call of ${name}, as text`).fill(text);
  await form.getByRole('button', { name: 'Call' }).click();
}

/** The caption of what happened last. */
export const told = (figure) => figure.locator('.stage-bar .caption').innerText();

/** The rows of the transcript. */
export const rows = (figure) => figure.locator('li[data-event]').allInnerTexts();

/** The page's address, once it is another than this and has stopped changing: it follows a run when that rests. */
export async function nextAddress(page, before) {
  await page.waitForFunction((before) => location.href !== before, before);
  for (let was; was !== page.url(); ) {
    was = page.url();
    await page.waitForTimeout(800);
  }
  return page.url();
}

export { button };
