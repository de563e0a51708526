// What figures of programs need of the page: fields that become editors, and the worker in which programs run. The worker is stopped
// and made anew when it takes too long for one command. `site assets` fills in the names in __…__.
import { field } from './__editing.js__';
import { answers, NO_WORKER } from './texts.js';

const REPORT_MS = 100;
const WORKER = new URL('__programs-worker.js__', import.meta.url);
const WASM = new URL('__studio_bg.wasm__', import.meta.url);
const PATIENCE_MS = 5000;
const REST_MS = 300;

let started = false; // a machine was, of whichever figure
let module; // compiled once, so that a new worker is quick

function compiled() {
  module ??= (async () => {
    const answer = await fetch(WASM);
    if (!answer.ok) throw new Error(answers(WASM.pathname, answer.status));
    // While it comes, where its kind is said: not every host does.
    if (answer.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(answer);
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
    started = true;
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
      broken(event.message || NO_WORKER);
    };
    compiled().then((it) => {
      if (worker !== mine) return;
      mine.postMessage({ module: it });
      running = true;
      watch();
    }, (problem) => worker === mine && broken(String(problem)));
  };
  return {
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

// Not every browser has them.
const whenIdle = globalThis.requestIdleCallback ?? ((f) => setTimeout(f, REST_MS));
const neverMind = globalThis.cancelIdleCallback ?? clearTimeout;

/**
 * Calls `came` once a part of the page has been in view for a moment and the browser has nothing to do, unless a machine of the page was started before: one is
 * what most readers need. Where data is to be saved nobody is called. `end()` ends the waiting.
 */
function rest(part, came) {
  if (started || navigator.connection?.saveData) return { end: () => {} };
  let timer;
  let idle;
  let ended = false;
  const still = () => {
    clearTimeout(timer);
    if (idle !== undefined) neverMind(idle);
    timer = idle = undefined;
  };
  const seen = new IntersectionObserver((entries) => {
    still();
    if (!entries.at(-1).isIntersecting) return;
    timer = setTimeout(() => {
      idle = whenIdle(() => {
        end();
        if (!started) came();
      });
    }, REST_MS);
  });
  const end = () => {
    ended = true;
    still();
    seen.disconnect();
  };
  const look = () => ended || seen.observe(part);
  if (document.readyState === 'complete') look();
  else addEventListener('load', look, { once: true });
  return { end };
}

/** At most 200 bytes of a text. */
const cut = (text) => text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(200)).read);

globalThis.socketscopePrograms = {
  engine,
  // As figures tell what was done (`boot.js`); here, since lessons have no verdicts.
  verdict(figure, exercise, passed, says) {
    const detail = JSON.stringify({ figure, did: { verdict: { exercise, passed, says: cut(says) } } });
    document.dispatchEvent(new CustomEvent('socketscope:did', { detail }));
    // The report stands below the editor, for many out of sight. It is drawn in a moment.
    const show = () => document.getElementById(figure)?.querySelector('[data-part=judged]')?.scrollIntoView({ block: 'nearest' });
    setTimeout(show, REPORT_MS);
  },
  rest,
  field: (area, changed, stopped) => {
    const it = field(area, { changed: () => changed(it.text()), stopped });
    return { ...it, mark: (list) => it.mark(JSON.parse(list)) };
  },
};
