// Wakes a figure when it comes near, or is touched or focused. `site assets` fills in the names in __…__.
// A figure's data-state: absent (asleep) | loading | live | failed
const at = (name) => new URL(name, import.meta.url).href;

/** Each kind of figure has a module of its own, loaded when the first figure of that kind is to wake. */
const kinds = {
  stage: { script: at('__stage.js__'), wasm: at('__stage_bg.wasm__') },
  playground: { script: at('__playground.js__'), wasm: at('__playground_bg.wasm__') },
  // Nothing of a live run moves before it is touched: until then nobody pays for it.
  live: { script: at('__live.js__'), wasm: at('__live_bg.wasm__'), onTouch: true },
};
// Of each kind besides: `loading`, the module once asked for; `generation`, how many instances have panicked; `awake`,
// the figures of the present instance.

const load = (kind) => (kind.loading ??= (async () => {
  const { generation = 0 } = kind;
  kind.awake = [];
  // After a panic the module is asked for under another address, so that a fresh instance is made.
  const module = await import(kind.script + (generation ? `?${generation}` : ''));
  await module.default({ module_or_path: kind.wasm });
  module.configure(() => {
    for (const figure of kind.awake) fail(figure);
    kind.loading = undefined;
    kind.generation = generation + 1;
  });
  return module;
})());

/** The figure stays as it was drawn; a sentence says that it no longer moves. */
function fail(figure) {
  figure.dataset.state = 'failed';
  if (figure.querySelector('.figure-failed')) return;
  const note = document.createElement('p');
  note.className = 'figure-failed';
  note.setAttribute('role', 'status');
  note.textContent = 'This figure has stopped because of a mistake in the site itself. What it shows is its last state. '
    + 'Reload the page to start it afresh.';
  figure.append(note);
}

const early = new WeakMap(); // figure -> buttons that were clicked before it was awake, in order

async function wake(figure) {
  if (figure.dataset.state) return;
  figure.dataset.state = 'loading';
  const kind = kinds[figure.dataset.figure];
  let module;
  try {
    module = await load(kind);
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
    const spec = figure.querySelector('script[type="application/json"]').textContent;
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
    dialog.setAttribute('aria-label', 'Keys');
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'btn';
    close.textContent = 'Close';
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
    if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.('input, textarea, select, [contenteditable]')) return;
    event.preventDefault();
    showKeys();
  });
}
