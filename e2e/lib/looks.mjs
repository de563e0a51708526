// How pages look, kept small: a sheet of each, a quarter of the size and grey, beside those that were kept before.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/** Pixels of a picture that become one, in each direction: how letters are smoothed is lost in it, where they stand is not. */
const TIMES = 4;
/** Kept greys, so that files are small. */
const GREYS = 32;
/** From which difference on two pixels differ (pixelmatch's threshold): about a tenth of what lies between black and white. */
const APART = 0.1;
/** The share of pixels that may differ: a line of text that moved, or a button that is gone, is more. */
const MAY_DIFFER = 0.002;

/** A picture, a quarter of its size and grey. */
export function reduced(picture) {
  const { width, height, data } = PNG.sync.read(picture);
  const small = new PNG({ width: Math.floor(width / TIMES), height: Math.floor(height / TIMES) });
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      let sum = 0;
      for (let dy = 0; dy < TIMES; dy++) {
        for (let dx = 0; dx < TIMES; dx++) {
          const at = 4 * ((y * TIMES + dy) * width + x * TIMES + dx);
          sum += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
        }
      }
      const step = 255 / (GREYS - 1);
      const grey = Math.round(Math.round(sum / (TIMES * TIMES) / step) * step);
      small.data.set([grey, grey, grey, 255], 4 * (y * small.width + x));
    }
  }
  return small;
}

/** Pictures side by side on one sheet. */
export function sheet(pictures) {
  const all = new PNG({ width: pictures.reduce((sum, it) => sum + it.width, 0), height: Math.max(...pictures.map((it) => it.height)) });
  all.data.fill(255);
  let x = 0;
  for (const it of pictures) {
    PNG.bitblt(it, all, 0, 0, it.width, it.height, x, 0);
    x += it.width;
  }
  return all;
}

const KEPT = new URL('../looks/', import.meta.url);
const SEEN = new URL('../../target/xtask/looks/', import.meta.url);
const file = (sheet) => PNG.sync.write(sheet, { colorType: 0, deflateLevel: 9 });

/** Keeps a sheet as what its page has to look like. */
export async function keep(name, now) {
  await mkdir(KEPT, { recursive: true });
  await writeFile(new URL(`${name}.png`, KEPT), file(now));
}

/**
 * Where a sheet differs from the one that was kept, in a line for each of its pictures, whose names and widths are told; what differs
 * is written beside what was kept, to look at.
 */
export async function differs(name, now, pictures) {
  const kept = await readFile(new URL(`${name}.png`, KEPT)).then(PNG.sync.read, () => undefined);
  const wrong = [];
  const apart = new PNG({ width: now.width, height: now.height });
  if (!kept) {
    wrong.push(`${name}: none is kept`);
  } else if (kept.width !== now.width || kept.height !== now.height) {
    wrong.push(`${name}: of another size than the one that is kept`);
  } else {
    pixelmatch(kept.data, now.data, apart.data, now.width, now.height, { threshold: APART, includeAA: true, diffMask: true });
    let left = 0;
    for (const { title, width } of pictures) {
      const share = marked(apart, left, width) / (width * now.height);
      if (share > MAY_DIFFER) wrong.push(`${name}, ${title}: ${(100 * share).toFixed(2)} % of it differ`);
      left += width;
    }
  }
  if (wrong.length) {
    await mkdir(SEEN, { recursive: true });
    const all = [['now', now], ['differs', apart], ...(kept ? [['kept', kept]] : [])];
    for (const [which, it] of all) await writeFile(new URL(`${name}-${which}.png`, SEEN), PNG.sync.write(it));
    wrong.push(`  see ${new URL(`${name}-*.png`, SEEN).pathname}`);
  }
  return wrong;
}

/** Pixels marked in this part of a mask. */
function marked({ data, width, height }, left, wide) {
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = left; x < left + wide; x++) count += data[4 * (y * width + x) + 3] ? 1 : 0;
  }
  return count;
}
