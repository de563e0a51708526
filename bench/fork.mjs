// node bench/fork.mjs BENCH.wasm ROUND COPIES >> rows.csv
// In wasm: a copy of two Python programs and the kernel beneath them, row `wasm,ns,ROUND,VALUE`. The best of many batches:
// other work on the machine only adds.
import { readFile } from 'node:fs/promises';

const BATCHES = 20;
const [file, round, copies] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(file));
const { copies_in_wasm: copy } = instance.exports;
const batch = Math.ceil(Number(copies) / BATCHES);
copy(batch); // makes the programs, and the engine compiles well only what is warm

let best = Infinity;
for (let n = 0; n < BATCHES; n++) {
  const start = performance.now();
  copy(batch);
  best = Math.min(best, performance.now() - start);
}
console.log(`wasm,ns,${round},${Math.round((best * 1e6) / batch)}`);
