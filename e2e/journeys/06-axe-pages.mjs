import { noBarriers } from '../lib/axe.mjs';
import { below, share, short } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: home, playground, truth table, and what is of no kind of its own';

export default async function ({ base, browser }) {
  const others = await below(base);
  for (const page of ['/truth', '/experiments', '/peers', '/playground']) {
    if (!others.some((url) => short(url) === page)) throw new Error(`no page leads to ${page}`);
  }
  await noBarriers(browser, [...share(others, 0, 2), new URL('no-such-page', base).href]);
}
