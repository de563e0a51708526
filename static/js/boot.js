// Wakes a figure when it comes near, or is touched or focused. `site assets` fills in the names in __…__.
// A figure's data-state: absent (asleep) | loading | live | failed
import { CLOSE, FIGURE_HAS_STOPPED, KEYS } from './texts.js';

const at = (name) => new URL(name, import.meta.url).href;

/** What learners in a class need: the form to join, and the bar of the room that this browser is in. */
const learners = { script: at('__class.js__'), wasm: at('__class_bg.wasm__'), style: at('__class.css__') };

/** Each kind of figure has a module of its own, loaded when the first figure of that kind is to wake. */
const kinds = {
  stage: { script: at('__stage.js__'), wasm: at('__stage_bg.wasm__') },
  playground: { script: at('__playground.js__'), wasm: at('__playground_bg.wasm__') },
  board: { script: at('__board.js__'), wasm: at('__board_bg.wasm__') },
  later: { script: at('__later.js__'), wasm: at('__later_bg.wasm__') },
  programs: {
    script: at('__programs.js__'),
    wasm: at('__programs_bg.wasm__'),
    style: at('__programs.css__'),
    beside: at('__workbench.js__'), // what it needs of the page
  },
  // Nothing of a live run moves before it is touched: until then nobody pays for it.
  live: { script: at('__live.js__'), wasm: at('__live_bg.wasm__'), onTouch: true },
  join: learners,
  class: learners,
};
// Of each kind besides: `loading`, the module once asked for; `generation`, how many instances have panicked; `awake`,
// the figures of the present instance.

const load = (kind) => (kind.loading ??= (async () => {
  const { generation = 0 } = kind;
  kind.awake = [];
  const dressed = kind.style && dress(kind.style);
  const beside = kind.beside && import(kind.beside);
  // After a panic the module is asked for under another address, so that a fresh instance is made.
  const module = await import(kind.script + (generation ? `?${generation}` : ''));
  await module.default({ module_or_path: kind.wasm });
  module.configure(() => {
    for (const figure of kind.awake) fail(figure);
    kind.loading = undefined;
    kind.generation = generation + 1;
  });
  module.when_entered?.(roomBar);
  await dressed;
  await beside;
  return module;
})());

/** Asks for a style sheet that few pages need. */
const dress = (href) => new Promise((on) => {
  if (document.querySelector(`link[href="${href}"]`)) return on();
  const link = document.createElement('link');
  Object.assign(link, { rel: 'stylesheet', href, onload: on, onerror: on });
  document.head.append(link);
});

/** The bar of the room that this browser is in. Whoever is in none loads nothing of it. */
function roomBar() {
  if (document.getElementById('room-bar')) return;
  const bar = document.createElement('div');
  bar.id = 'room-bar';
  bar.dataset.figure = 'class';
  bar.innerHTML = '<div data-root></div><script type="application/json">{"class":{}}</script>';
  document.querySelector('.masthead').after(bar);
  wake(bar);
}

/** The figure stays as it was drawn; a sentence says that it no longer moves. */
function fail(figure) {
  figure.dataset.state = 'failed';
  if (figure.querySelector('.figure-failed')) return;
  const note = document.createElement('p');
  note.className = 'figure-failed';
  note.setAttribute('role', 'status');
  note.textContent = FIGURE_HAS_STOPPED;
  figure.append(note);
}

const early = new WeakMap(); // figure -> buttons that were clicked before it was awake, in order

async function wake(figure) {
  if (figure.dataset.state) return;
  figure.dataset.state = 'loading';
  const kind = kinds[figure.dataset.figure];
  const script = figure.querySelector('script[type="application/json"]');
  let module;
  let spec = script.textContent;
  try {
    module = await load(kind);
    const { from } = script.dataset; // a long one is a file of its own
    if (from) spec = await (await fetch(from)).text();
  } catch (problem) {
    // Not reached: the figure stays readable, and the next touch tries again.
    kind.loading = undefined;
    delete figure.dataset.state;
    early.delete(figure);
    console.warn('The figure was not loaded:', problem);
    return;
  }
  kind.awake.push(figure);
  try {
    await new Promise((mounted) => module.hydrate(figure.querySelector('[data-root]'), spec, mounted));
  } catch (problem) {
    console.error(problem);
    fail(figure);
    return;
  }
  if (figure.dataset.state !== 'loading') return; // it panicked meanwhile
  figure.dataset.state = 'live';
  for (const button of early.get(figure) ?? []) button.click();
}

// What a lesson says after a stage's questions opens once they are answered.
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const stage = target.closest('[data-figure]')?.id;
    for (const fold of document.querySelectorAll('details[data-after]')) {
      if (fold.dataset.after === stage) fold.open = true;
    }
  }
}).observe(document.body, { subtree: true, attributeFilter: ['data-answered'] });

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    wake(entry.target);
  }
}, { rootMargin: '200px' });

function touched(event) {
  const figure = event.target.closest?.('[data-figure]');
  if (!figure || ['live', 'failed'].includes(figure.dataset.state)) return;
  const button = event.type === 'click' && event.target.closest('button');
  if (button) {
    event.preventDefault();
    early.set(figure, [...(early.get(figure) ?? []), button]);
  }
  wake(figure);
}

for (const type of ['pointerdown', 'focusin', 'click']) document.addEventListener(type, touched, true);
for (const figure of document.querySelectorAll('[data-figure]')) {
  if (!kinds[figure.dataset.figure].onTouch) near.observe(figure);
}

// What figures tell the page, and obey. The modules call these functions; whoever cares hears events on the document, whose
// detail is JSON (`Did` and `Place` of crate `protocol`): `socketscope:did`, and a few times a second `socketscope:at`, which is
// said again after `socketscope:ask`. `socketscope:go` says where a figure is to be.
const AT_MS = 300;
const MOST_LINK = 8192;
const moments = new Map(); // figure -> its step, and of how many: the one touched last comes last
const followers = {}; // figure -> goes where a link leads; without one it gives the link to where it is
const unsaid = new Set(); // figures that have moved
const said = new Set(); // what is said once a page
const awaited = {}; // figure -> a link to be followed when it wakes
const led = new Set(); // figures that were brought where they are: what is seen there nobody did
let saying;

const tell = (name, detail) =>
  document.dispatchEvent(new CustomEvent(`socketscope:${name}`, { detail: JSON.stringify(detail) }));
/** At most 200 bytes of a text. */
const cut = (text) => text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(200)).read);

function where(figure) {
  const [step, of] = moments.get(figure);
  const link = 'room' in document.documentElement.dataset && followers[figure]?.();
  tell('at', { figure, step, of, ...(link && link.length <= MOST_LINK && { link }) });
}

globalThis.socketscopePage = {
  predicted(figure, place, words, right) {
    const question = `${figure}/${place}`;
    if (led.has(figure) || said.has(question)) return;
    said.add(question);
    tell('did', { figure, did: { predicted: { question, said: cut(words), right } } });
  },
  ran(figure, live) {
    if (led.has(figure) || (!live && said.has(figure))) return;
    said.add(figure);
    tell('did', { figure, did: { ran: { figure, live } } });
  },
  at(figure, step, of) {
    moments.delete(figure);
    moments.set(figure, [step, of]);
    unsaid.add(figure);
    saying ??= setTimeout(() => {
      saying = undefined;
      for (const moved of unsaid) where(moved);
      unsaid.clear();
    }, AT_MS);
  },
  follow(figure, follower) {
    followers[figure] = follower;
    if (awaited[figure]) queueMicrotask(() => follower(awaited[figure]));
  },
  keep: (figure, link) => history.replaceState(null, '', `#${figure}@${link}`),
};

document.addEventListener('socketscope:ask', () => [...moments.keys()].forEach(where));
for (const type of ['pointerdown', 'keydown', 'click']) {
  document.addEventListener(type, ({ target }) => led.delete(target.closest?.('[data-figure]')?.id), true);
}

/** Brings a figure into sight, unless enough of it is, or somebody types. */
function show(figure) {
  if (document.activeElement?.matches('textarea, select, input:not([type=range], [type=checkbox], [type=radio])')) return;
  const over = document.getElementById('room-bar');
  const bar = over ? Math.max(0, Math.min(over.offsetHeight, over.getBoundingClientRect().bottom)) : 0;
  const { top, bottom, height } = figure.getBoundingClientRect();
  if (Math.min(bottom, innerHeight) - Math.max(top, bar) >= Math.min(height, innerHeight - bar) / 2) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  scrollBy({ top: top - bar - 16, behavior: still ? 'instant' : 'smooth' });
}

function go(id, link) {
  const figure = document.getElementById(id);
  // A live run has no moments to be led to: it is seen, and each runs their own.
  if (!link || !figure?.dataset.figure) return;
  led.add(id);
  awaited[id] = link;
  if (followers[id]) followers[id](link);
  else wake(figure);
}
document.addEventListener('socketscope:go', ({ detail }) => {
  const { figure, link } = JSON.parse(detail);
  const there = document.getElementById(figure);
  if (there) show(there);
  go(figure, link);
});

/** The page's address may lead to a moment of a figure: `#figure@link`. */
function goThere() {
  const [figure, link] = location.hash.slice(1).split('@');
  if (!link) return;
  document.getElementById(figure)?.scrollIntoView();
  go(figure, link);
}
addEventListener('hashchange', goThere);
goThere();

// What has the keyboard may go away when it is pressed. The part of the page around it (`data-keys`) has the keyboard then, so that
// nobody begins anew at the page's top.
let around = []; // the innermost first
let holder; // what had the keyboard last: whoever leaves it for nothing means it
const gone = new MutationObserver(() => {
  if (document.activeElement !== document.body || (holder.isConnected && !holder.disabled)) return;
  const part = around.find((it) => it.isConnected);
  if (!part) return;
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
});
document.addEventListener('focusin', ({ target }) => {
  gone.disconnect();
  around = [];
  holder = target;
  for (let part = target.closest('[data-keys]'); part; part = part.parentElement.closest('[data-keys]')) around.push(part);
  if (around.length) gone.observe(around.at(-1), { childList: true, subtree: true });
});

if ('room' in document.documentElement.dataset && !('embed' in document.documentElement.dataset)) roomBar();

// `?` shows the keys: the page of keys in a dialog, so that nobody loses their place.
const keys = document.querySelector('a[data-action="keys"]');
let dialog;

async function showKeys() {
  if (!dialog) {
    let list;
    try {
      const answer = await fetch(keys.href);
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      list = page.querySelector('main');
    } catch {}
    if (!list) {
      location.href = keys.href;
      return;
    }
    dialog = document.createElement('dialog');
    dialog.className = 'keys-dialog';
    dialog.setAttribute('aria-label', KEYS);
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'btn';
    close.textContent = CLOSE;
    close.addEventListener('click', () => dialog.close());
    // An id may be in the page already, and a heading of the first level is.
    for (const one of list.querySelectorAll('[id]')) one.removeAttribute('id');
    dialog.append(...list.childNodes, close);
    document.body.append(dialog);
  }
  if (!dialog.open) dialog.showModal();
}

if (keys) {
  keys.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showKeys();
  });
  document.addEventListener('keydown', (event) => {
    if (!['?', '/'].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.('input, textarea, select, [contenteditable]')) return;
    event.preventDefault();
    if (event.key === '?') showKeys();
    else document.querySelector('[data-action="search"]').click();
  });
}
