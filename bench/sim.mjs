// node bench/sim.mjs BENCH.wasm ROUND RUNS TURNS >> rows.csv
// In wasm: the simulator's workload (rows `wasm,calls_per_second,ROUND,VALUE`) and the exchange of every stack that can
// be built for wasm (rows `wasm_ours` and `wasm_smoltcp`).
import { readFile } from 'node:fs/promises';

const CALLS = 4; // a message there and back
const [file, round, runs, turns] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(file));

function row(what, work) {
  const start = performance.now();
  const calls = work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${what},calls_per_second,${round},${Math.round(calls / seconds)}`);
}

const exchange = (run) => () => {
  run(Number(turns));
  return Number(turns) * CALLS;
};
const { simulate_in_wasm: simulate, ours_in_wasm: ours, smoltcp_in_wasm: smoltcp } = instance.exports;
simulate(Number(runs) / 4); // the engine compiles well only what is warm
ours(Number(turns));
smoltcp(Number(turns));
row('wasm', () => simulate(Number(runs)));
row('wasm_ours', exchange(ours));
row('wasm_smoltcp', exchange(smoltcp));
