import { noBarriers } from '../lib/axe.mjs';
import { below, share } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the other half of what is of no kind of its own';

export default async function ({ base, browser }) {
  await noBarriers(browser, share(await below(base), 1, 2));
}
