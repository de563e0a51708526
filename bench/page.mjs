// node bench/page.mjs --lesson URL --book DIR --chromium PATH --rounds N
// Rows `lesson|book,lcp_ms,ROUND,VALUE`: largest contentful paint under lighthouse's throttling, both pages in turn.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const { values: options } = parseArgs({
  options: {
    lesson: { type: 'string' },
    book: { type: 'string' },
    chromium: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
});

const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The book as a good static host serves it: compressed before, as the lesson is. */
async function host(dir) {
  const cache = new Map();
  const server = createServer(async (request, answer) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    const file = join(dir, path.endsWith('/') ? `${path}index.html` : path);
    try {
      if (!cache.has(file)) cache.set(file, brotliCompressSync(await readFile(file)));
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      answer.writeHead(200, { 'content-type': type, 'content-encoding': 'br' }).end(cache.get(file));
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise((yes) => server.listen(0, '127.0.0.1', yes));
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

async function paint(url) {
  // A browser of its own for each look: nothing is cached.
  const chrome = await launch({ chromePath: options.chromium, chromeFlags: FLAGS });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, onlyAudits: ['largest-contentful-paint'], logLevel: 'error' });
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    return lhr.audits['largest-contentful-paint'].numericValue;
  } finally {
    await chrome.kill();
  }
}

const book = await host(options.book);
for (let round = 0; round < Number(options.rounds); round++) {
  for (const [name, url] of [['lesson', options.lesson], ['book', book.url]]) {
    console.log(`${name},lcp_ms,${round},${(await paint(url)).toFixed(1)}`);
  }
}
book.stop();
process.exit(0);
