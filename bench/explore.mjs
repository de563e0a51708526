// node bench/explore.mjs BENCH.wasm ROUND STATES >> rows.csv
// In wasm: a search for a schedule that breaks a pair of programs in Python, row `wasm,us,ROUND,VALUE`: microseconds a state.
import { readFile } from 'node:fs/promises';

const SIZE = 12;
const [file, round, most] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(file));
const { states_in_wasm: states } = instance.exports;
states(SIZE, 2000); // makes the library, and the engine compiles well only what is warm
const start = performance.now();
const seen = states(SIZE, Number(most));
console.log(`wasm,us,${round},${(((performance.now() - start) * 1e3) / seen).toFixed(3)}`);
