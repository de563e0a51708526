// A plain static host below a sub-path, as a school's web space is.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile();

export async function host(dir, prefix) {
  const server = createServer((request, answer) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const inside = path.startsWith(prefix) ? normalize(path.slice(prefix.length)) : '..';
    const file = [inside, `${inside}.html`, join(inside, 'index.html')]
      .filter((name) => !name.startsWith('..'))
      .map((name) => join(dir, name))
      .find(isFile);
    if (!file) {
      answer.writeHead(404, { 'content-type': 'text/plain' }).end('not here');
      return;
    }
    answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(answer);
  });
  await new Promise((yes) => server.listen(0, '127.0.0.1', yes));
  return { url: `http://127.0.0.1:${server.address().port}${prefix}`, stop: () => server.close() };
}
