import { noBarriers } from '../lib/axe.mjs';
import { all, short } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the peers, light and dark, 360 and 1280 px';

export default async function ({ base, browser }) {
  await noBarriers(browser, (await all(base)).filter((url) => short(url).startsWith('/peers/')));
}
