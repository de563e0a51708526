// node editor/bundle.mjs MODULES OUT: bundles the editor from the packages in MODULES into OUT/editor.js, and puts the licences of
// all that is inside beside it, as OUT/editor.txt. Nothing is fetched: `cargo xtask` has installed what package-lock.json lists.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Licences under which a package may be inside; deny.toml is the list for crates. */
const ALLOWED = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC'];

const [modules, out] = process.argv.slice(2);
const { build } = createRequire(join(modules, 'x.js'))('esbuild');

const { metafile, outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('src/main.js', import.meta.url))],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none', // all licences stand in the file beside it
  nodePaths: [modules],
  metafile: true,
  write: false,
  outdir: out,
  logLevel: 'warning',
});

/** The package that a file belongs to, if one of npm's. */
const packageOf = (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
const [{ inputs }] = Object.values(metafile.outputs);
const inside = new Set(Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput).map(([path]) => packageOf(path)));

async function licence(name) {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (!ALLOWED.includes(license)) throw new Error(`${name} is under ${license}, which is not among ${ALLOWED.join(', ')}`);
  const file = (await readdir(folder)).find((it) => /^licen[cs]e/i.test(it));
  if (!file) throw new Error(`${name} has no file with its licence: look for it, or leave the package out`);
  return `${name} ${version}: ${license}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
}

const licences = await Promise.all([...inside].filter(Boolean).sort().map(licence));
await mkdir(out, { recursive: true });
await writeFile(join(out, 'editor.js'), outputFiles[0].contents);
await writeFile(join(out, 'editor.txt'), `The editor of Socketscope contains these packages from npm.\n\n${licences.join(`\n${'='.repeat(100)}\n`)}`);
