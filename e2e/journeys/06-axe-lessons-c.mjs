import { noBarriers } from '../lib/axe.mjs';
import { all, short } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the third lesson in three, light and dark, 360 and 1280 px';

export default async function ({ base, browser }) {
  const lessons = (await all(base)).filter((url) => short(url).startsWith('/lessons/')).sort();
  await noBarriers(browser, lessons.filter((_, at) => at % 3 === 2));
}
