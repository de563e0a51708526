// A field for a program: a plain textarea that becomes the editor (`editor.js`, 100 kB) when it comes near, and stays what it is
// where that cannot be had. What is written in it is kept in this browser. `site assets` fills in the names in __…__.
import { BREAKPOINT_KEY, EDITOR_KEYS, TAB_LEAVES } from './texts.js';

const EDITOR = new URL('__editor.js__', import.meta.url).href;
const KEEP_MS = 300;
const MOST_KEPT = 500_000; // letters; a browser keeps about five million of all pages together

/** Kept text, or nothing: storage may be forbidden, or full. */
const kept = (key) => {
  try {
    return key && localStorage.getItem(key);
  } catch {
    return null;
  }
};
function keep(key, text) {
  if (!key) return;
  try {
    if (text && text.length <= MOST_KEPT) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {}
}

/** Calls `f` once nobody has asked for it any more for `ms`; `now()` calls it if it was asked for, `never()` forgets that. */
export function settled(f, ms) {
  let timer;
  const never = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const now = () => {
    if (timer === undefined) return;
    never();
    f();
  };
  const ask = () => {
    never();
    timer = setTimeout(now, ms);
  };
  return { ask, now, never };
}

const near = (element) => new Promise((yes) => {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    yes();
  }, { rootMargin: '200px' });
  seen.observe(element);
});

/** A field as a plain textarea, with what the editor offers. */
function plain(area, changed) {
  area.addEventListener('input', changed);
  return {
    text: () => area.value,
    set: (text) => {
      area.value = text;
      changed();
    },
    mark: () => {},
    stops: () => {},
    line: () => area.value.slice(0, area.selectionStart).split('\n').length,
    go: (line) => {
      const lines = area.value.split('\n');
      const from = lines.slice(0, line - 1).join('\n').length + (line > 1);
      area.focus();
      area.setSelectionRange(from, from + (lines[line - 1] ?? '').length);
    },
    focus: () => area.focus(),
  };
}

/** The editor in the textarea's place, with its label, its text and, if it had it, the focus. */
async function dressed(area, changed, stopped) {
  const { open } = await import(EDITOR);
  const label = area.labels[0];
  const host = document.createElement('div');
  host.className = 'editor';
  const keys = document.createElement('p');
  keys.className = 'hint';
  keys.id = `${area.id}-keys`;
  keys.textContent = stopped ? EDITOR_KEYS + BREAKPOINT_KEY : EDITOR_KEYS;
  const said = document.createElement('p');
  said.className = 'sr';
  said.setAttribute('role', 'status');
  const focused = document.activeElement === area;
  const { selectionStart, selectionEnd } = area;
  area.after(host, keys, said);
  const editor = open(host, {
    label: label.textContent.trim(),
    describedBy: [area.getAttribute('aria-describedby'), keys.id].filter(Boolean).join(' '),
    text: area.value,
    hint: area.placeholder,
    select: focused ? [selectionStart, selectionEnd] : undefined,
    changed: () => {
      said.textContent = '';
      changed();
    },
    stopped,
    leaving: () => {
      said.textContent = TAB_LEAVES;
    },
  });
  area.hidden = true;
  label.addEventListener('click', editor.focus);
  if (focused) editor.focus();
  return editor;
}

/**
 * Makes a field of a textarea that has a label. `key`: what its text is kept under, if anything; `changed()` hears of every change;
 * `stopped(lines)`, where there are breakpoints, of every change of theirs.
 * What is answered acts on the textarea or on the editor, whichever there is.
 */
export function field(area, { key, changed = () => {}, stopped }) {
  let marks = [];
  let stops = [];
  let now;
  const keeping = settled(() => keep(key, now.text()), KEEP_MS);
  const heard = () => {
    keeping.ask();
    changed();
  };
  const before = kept(key);
  if (before && !area.value) area.value = before;
  now = plain(area, heard);
  addEventListener('pagehide', keeping.now);
  near(area).then(() => dressed(area, heard, stopped)).then((editor) => {
    now = editor;
    now.mark(marks);
    now.stops(stops);
  }).catch((problem) => console.warn('The editor was not loaded; the plain field stays:', problem));
  return {
    text: () => now.text(),
    set: (text) => now.set(text),
    mark: (list) => {
      marks = list;
      now.mark(list);
    },
    stops: (lines) => {
      stops = lines;
      now.stops(lines);
    },
    line: () => now.line(),
    go: (line) => now.go(line),
    focus: () => now.focus(),
  };
}
