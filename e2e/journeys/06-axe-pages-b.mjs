import { noBarriers } from '../lib/axe.mjs';
import { all, short } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the other half of what is of no kind of its own, light and dark, 360 and 1280 px';

const KINDS = ['/lessons/', '/experiments/', '/peers/'];

export default async function ({ base, browser }) {
  const others = (await all(base)).filter((url) => !KINDS.some((kind) => short(url).startsWith(kind)));
  await noBarriers(browser, others.sort().filter((_, at) => at % 2 === 1));
}
