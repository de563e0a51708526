// node bench/site.mjs --url URL --chromium PATH --rounds N
// Rows `KIND-PRESET-CATEGORY,score,ROUND,VALUE`: lighthouse's four scores, of 100, of a page of each of three kinds, as a phone and as a
// desk see it.
import { parseArgs } from 'node:util';

import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, chromium: { type: 'string' }, rounds: { type: 'string', default: '3' } },
});
const PAGES = { home: '', lesson: 'lessons/how-much-did-send-take', reference: 'reference/send' };
const PRESETS = { phone: undefined, desk: desktopConfig };
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** What lighthouse says of a page, in a browser of its own: nothing is cached. Sometimes it misses the page's beginning, and asks to be run again. */
async function look(kind, url, config, tries = 3) {
  const chrome = await launch({ chromePath: options.chromium, chromeFlags: FLAGS });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, logLevel: 'error' }, config);
    if (!lhr.runtimeError) return lhr;
    if (lhr.runtimeError.code !== 'NO_NAVSTART' || tries === 1) throw new Error(`${kind}: ${lhr.runtimeError.message}`);
  } finally {
    await chrome.kill();
  }
  return look(kind, url, config, tries - 1);
}

for (let round = 0; round < Number(options.rounds); round++) {
  for (const [kind, path] of Object.entries(PAGES)) {
    for (const [preset, config] of Object.entries(PRESETS)) {
      const { categories, audits } = await look(kind, options.url + path, config);
      for (const [name, { score }] of Object.entries(categories)) {
        console.log(`${kind}-${preset}-${name},score,${round},${Math.round(score * 100)}`);
      }
      // What costs points is worth a line to whoever watches.
      for (const { auditRefs } of Object.values(categories)) {
        for (const { id, weight } of auditRefs) {
          const { score, title } = audits[id];
          if (weight && score !== null && score < 0.9) console.error(`${kind} ${preset}: ${score} ${id} (${title})`);
        }
      }
    }
  }
}
process.exit(0);
