// The page /notes: reads what is pasted in a worker, while one writes and when one asks, and shows what is said of it.
// The worker is stopped and made anew when it takes too long, or when what it reads is no longer what stands there.
import { field, settled } from './__editing.js__';
import {
  answers, COPIED, COULD_NOT_BE_COPIED, COULD_NOT_BE_READ, NO_WORKER, NOTHING_IS_READ, READING, READING_WAS_STOPPED, tookLonger, tooLong,
} from './texts.js';

const WORKER = new URL('__notes-worker.js__', import.meta.url);
const WASM = new URL('__review_bg.wasm__', import.meta.url);
const KEY = 'socketscope.notes';
const PAUSE_MS = 700;
const PATIENCE_MS = 10_000;
const BUSY_MS = 400; // what is read quicker is not announced

const desk = document.getElementById('notes');
const MOST = Number(desk.dataset.most); // bytes
const part = (name) => desk.querySelector(`[data-part=${name}]`);
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const lessons = json('notes-lessons');
const say = (text, state = '') => {
  part('state').textContent = text;
  desk.dataset.state = state;
  part('stop').hidden = state !== 'busy';
};

// The reader: one worker, one listing at a time.
let module; // compiled once, so that a new worker is quick
let worker;
let busy; // what is being read: a function that ends it

async function made() {
  module ??= (async () => {
    const answer = await fetch(WASM);
    if (!answer.ok) throw new Error(answers(WASM.pathname, answer.status));
    return WebAssembly.compile(await answer.arrayBuffer());
  })();
  try {
    const compiled = await module;
    if (worker) return;
    worker = new Worker(WORKER, { type: 'module' });
    worker.postMessage({ module: compiled });
  } catch (problem) {
    module = undefined;
    throw problem;
  }
}

function kill() {
  if (worker) worker.onmessage = worker.onerror = null;
  worker?.terminate();
  worker = undefined;
}

/** Forgets what is being read. */
function stop() {
  if (!busy) return;
  busy();
  kill();
}

/** Reads a text; what is answered is nothing if it was stopped. */
function read(text) {
  stop();
  return new Promise((yes, no) => {
    const timers = [setTimeout(() => say(READING, 'busy'), BUSY_MS)];
    const end = (settle, what) => {
      for (const timer of timers) clearTimeout(timer);
      busy = undefined;
      settle(what);
    };
    const mine = () => end(yes);
    busy = mine;
    made().then(() => {
      if (busy !== mine) return;
      timers.push(setTimeout(() => {
        stop();
        say(tookLonger(PATIENCE_MS / 1000), 'trouble');
      }, PATIENCE_MS));
      const broken = (problem) => {
        kill();
        end(no, new Error(problem));
      };
      worker.onmessage = ({ data }) => (data.failed ? broken(data.failed) : end(yes, data));
      worker.onerror = (event) => {
        event.preventDefault();
        broken(event.message || NO_WORKER);
      };
      worker.postMessage({ text, lessons });
    }).catch((problem) => busy === mine && end(no, problem));
  });
}

// What is shown.
let repaired = '';
let shown; // the text that was read last

function show({ review, program, text }) {
  part('review').innerHTML = review;
  part('mended').hidden = !program;
  part('program').innerHTML = program ?? '';
  part('copied').textContent = '';
  repaired = text ?? '';
  listing.mark([...part('review').querySelectorAll('li[data-line]')].flatMap(({ dataset: { line, also, kind } }, k) =>
    [line, ...also.split(' ').filter(Boolean)].map((at) => ({ line: Number(at), kind, sign: String(k + 1) }))));
  // The same words as at the head of the review, for whoever listens.
  const [verdict, count] = ['.which', '.count'].map((it) => part('review').querySelector(it)?.textContent ?? '');
  say(`${verdict} ${count}`, 'read');
}

function nothing() {
  part('review').replaceChildren();
  part('mended').hidden = true;
  repaired = '';
  listing.mark([]);
}

async function look() {
  const text = listing.text();
  if (text === shown) return;
  shown = text;
  if (!text.trim()) {
    stop();
    nothing();
    say(NOTHING_IS_READ);
    return;
  }
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MOST) {
    stop();
    nothing();
    say(tooLong(bytes.toLocaleString('en'), MOST.toLocaleString('en')), 'trouble');
    return;
  }
  try {
    const said = await read(text);
    if (said) show(said);
  } catch (problem) {
    if (text !== shown) return;
    shown = undefined;
    nothing();
    say(COULD_NOT_BE_READ, 'trouble');
    console.warn('The listing was not read:', problem);
  }
}

const looking = settled(look, PAUSE_MS);
const listing = field(document.getElementById('listing'), { key: KEY, changed: looking.ask });

/** Copies a text; where the page is not trusted with the clipboard (plain http), by way of a selection. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

function save(text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/x-python' }));
  link.download = 'repaired.py';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const acts = {
  async read() {
    looking.never();
    shown = undefined;
    await look();
    document.getElementById('said-title').focus();
  },
  example: () => {
    listing.set(json('notes-example'));
    return acts.read();
  },
  clear() {
    listing.set('');
    looking.now();
    listing.focus();
  },
  stop() {
    looking.never();
    shown = listing.text();
    stop();
    say(READING_WAS_STOPPED);
  },
  async copy() {
    part('copied').textContent = (await copy(repaired)) ? COPIED : COULD_NOT_BE_COPIED;
  },
  save: () => save(repaired),
};

desk.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do]');
  if (button) acts[button.dataset.do]();
  const line = event.target.closest('a[data-go]');
  if (line) {
    event.preventDefault();
    listing.go(Number(line.dataset.go));
  }
});
if (listing.text()) look();
