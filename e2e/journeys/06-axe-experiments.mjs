import { noBarriers } from '../lib/axe.mjs';
import { below } from '../lib/pages.mjs';

export const name = 'no barrier that axe knows: the experiments';

export default async function ({ base, browser }) {
  await noBarriers(browser, await below(base, '/experiments/'));
}
