// What figures of programs need of the page: fields that become editors, and the worker in which programs run. The worker is stopped
// and made anew when it takes too long for one command. `site assets` fills in the names in __…__.
import { field } from './__editing.js__';

const WORKER = new URL('__programs-worker.js__', import.meta.url);
const WASM = new URL('__studio_bg.wasm__', import.meta.url);
const PATIENCE_MS = 5000;

let module; // compiled once, so that a new worker is quick

function compiled() {
  module ??= (async () => {
    const answer = await fetch(WASM);
    if (!answer.ok) throw new Error(`${WASM.pathname} answers ${answer.status}`);
    return WebAssembly.compile(await answer.arrayBuffer());
  })();
  module.catch(() => { module = undefined; });
  return module;
}

/**
 * A machine: `send(seq, command)` has a command done, `end()` stops it. `told(seq, view, trouble)` hears each view, and once of trouble: `slow` when a command took too
 * long, else why nothing runs. After trouble the machine is gone and this knows nothing; the next command makes another.
 */
function engine(told) {
  let worker;
  let running = false; // it has the module
  let asked = []; // what is not answered yet
  let timer;
  const watch = () => {
    clearTimeout(timer);
    if (running && asked.length) timer = setTimeout(() => broken('slow'), PATIENCE_MS);
  };
  const end = () => {
    clearTimeout(timer);
    if (worker) worker.onmessage = worker.onerror = null;
    worker?.terminate();
    worker = undefined;
    running = false;
    asked = [];
  };
  const broken = (why) => {
    end();
    told(0, undefined, why);
  };
  const made = () => {
    const mine = new Worker(WORKER, { type: 'module' });
    worker = mine;
    mine.onmessage = ({ data }) => {
      if (data.failed !== undefined) return broken(data.failed);
      asked.shift();
      watch();
      told(data.seq, data.view, undefined);
    };
    mine.onerror = (event) => {
      event.preventDefault();
      broken(event.message || 'the worker could not be started');
    };
    compiled().then((it) => {
      if (worker !== mine) return;
      mine.postMessage({ module: it });
      running = true;
      watch();
    }, (problem) => worker === mine && broken(String(problem)));
  };
  return {
    warm: () => void (worker ?? made()),
    send(seq, command) {
      if (!worker) made();
      asked.push(seq);
      const mine = worker;
      // Behind the module: messages stay in order.
      compiled().then(() => worker === mine && mine.postMessage({ seq, command }), () => {});
      watch();
    },
    end,
  };
}

globalThis.socketscopePrograms = {
  engine,
  field: (area, changed, stopped) => {
    const it = field(area, { changed: () => changed(it.text()), stopped });
    return { ...it, mark: (list) => it.mark(JSON.parse(list)) };
  },
};
