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

for (let round = 0; round < Number(options.rounds); round++) {
  for (const [kind, path] of Object.entries(PAGES)) {
    for (const [preset, config] of Object.entries(PRESETS)) {
      // A browser of its own for each look: nothing is cached.
      const chrome = await launch({ chromePath: options.chromium, chromeFlags: FLAGS });
      try {
        const { lhr } = await lighthouse(options.url + path, { port: chrome.port, logLevel: 'error' }, config);
        if (lhr.runtimeError) throw new Error(`${kind}: ${lhr.runtimeError.message}`);
        for (const [name, { score }] of Object.entries(lhr.categories)) {
          console.log(`${kind}-${preset}-${name},score,${round},${Math.round(score * 100)}`);
        }
        // What costs points is worth a line to whoever watches.
        for (const { auditRefs } of Object.values(lhr.categories)) {
          for (const { id, weight } of auditRefs) {
            const { score, title } = lhr.audits[id];
            if (weight && score !== null && score < 0.9) console.error(`${kind} ${preset}: ${score} ${id} (${title})`);
          }
        }
      } finally {
        await chrome.kill();
      }
    }
  }
}
process.exit(0);
