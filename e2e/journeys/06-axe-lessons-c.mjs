import { noBarriers } from '../lib/axe.mjs';
import { below, share } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the third lesson in three';

export default async function ({ base, browser }) {
  await noBarriers(browser, share(await below(base, '/lessons/'), 2, 3));
}
