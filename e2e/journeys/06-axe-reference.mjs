import { noBarriers } from '../lib/axe.mjs';
import { below } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the reference';

export default async function ({ base, browser }) {
  await noBarriers(browser, await below(base, '/reference/'), { alike: true });
}
