import { noBarriers } from '../lib/axe.mjs';
import { all, short } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: home, playground, truth table, and what is none of the lessons, light and dark, 360 and 1280 px';

export default async function ({ base, browser }) {
  const others = (await all(base)).filter((url) => !short(url).startsWith('/lessons/'));
  if (!others.some((url) => short(url) === '/truth')) throw new Error('no page leads to the truth table');
  await noBarriers(browser, [...others, new URL('no-such-page', base).href]);
}
