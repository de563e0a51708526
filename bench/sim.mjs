// node bench/sim.mjs BENCH.wasm ROUNDS RUNS >> rows.csv
// The simulator's workload in wasm: rows `wasm,calls_per_second,ROUND,VALUE`.
import { readFile } from 'node:fs/promises';

const [file, rounds, runs] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(file));
instance.exports.simulate_in_wasm(Number(runs)); // the engine compiles well only what is warm
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  const calls = instance.exports.simulate_in_wasm(Number(runs));
  const seconds = (performance.now() - start) / 1000;
  console.log(`wasm,calls_per_second,${round},${Math.round(calls / seconds)}`);
}
