import { noBarriers } from '../lib/axe.mjs';
import { below } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the exercises';

export default async function ({ base, browser }) {
  await noBarriers(browser, await below(base, '/exercises/'), { alike: true });
}
