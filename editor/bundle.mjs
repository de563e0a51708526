// node editor/bundle.mjs MODULES OUT SCRIPTS: bundles editor, search and offline reading from the packages in MODULES into OUT, puts the
// licences of all that is inside beside them, as OUT/editor.txt, and small copies of SCRIPTS into OUT/page. Nothing is fetched: `cargo xtask` has installed what package-lock.json lists.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Licences under which a package may be inside; deny.toml is the list for crates. */
const ALLOWED = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC'];

/** What is bundled: the source in src/, and its form. A service worker's is no module: it is imported by `importScripts`. */
const BUNDLES = { editor: ['main.js', 'esm'], search: ['search.js', 'esm'], offline: ['offline.js', 'iife'] };

const [modules, out, scripts] = process.argv.slice(2);
const { build } = createRequire(join(modules, 'x.js'))('esbuild');
const small = { target: 'es2022', minify: true, legalComments: 'none', logLevel: 'warning' }; // all licences stand in the file beside it

await mkdir(join(out, 'page'), { recursive: true });
const inside = new Set();
for (const [name, [source, format]] of Object.entries(BUNDLES)) {
  const { metafile, outputFiles } = await build({
    ...small,
    entryPoints: [fileURLToPath(new URL(`src/${source}`, import.meta.url))],
    bundle: true,
    format,
    nodePaths: [modules],
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    write: false,
    outdir: out,
  });
  await writeFile(join(out, `${name}.js`), outputFiles[0].contents);
  const [{ inputs }] = Object.values(metafile.outputs);
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput) inside.add(packageOf(path));
}
// The pages' own scripts, each by itself, with its texts: addresses of others (`__boot.js__`) are filled in later.
const own = (await readdir(scripts)).filter((it) => it.endsWith('.js') && it !== 'texts.js').map((it) => join(scripts, it));
await build({ ...small, entryPoints: own, bundle: true, external: ['./__*'], format: 'esm', outdir: join(out, 'page') });

/** The package that a file belongs to, if one of npm's. */
function packageOf(path) {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}

async function licence(name) {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (!ALLOWED.includes(license)) throw new Error(`${name} is under ${license}, which is not among ${ALLOWED.join(', ')}`);
  const file = (await readdir(folder)).find((it) => /^licen[cs]e/i.test(it));
  if (!file) throw new Error(`${name} has no file with its licence: look for it, or leave the package out`);
  return `${name} ${version}: ${license}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
}

const licences = await Promise.all([...inside].filter(Boolean).sort().map(licence));
await writeFile(join(out, 'editor.txt'), `Editor, search and offline reading of Socketscope contain these packages from npm.\n\n${licences.join(`\n${'='.repeat(100)}\n`)}`);
