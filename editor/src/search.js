// The page of search: an index over the sections of all pages, made here from the list that the page names. Nothing is asked of a server
// but that list.
import MiniSearch from 'minisearch';

import { allPlaces, firstPlaces, nothingHas, notFetched } from './texts.js';

const MOST = 30; // places
const SHOWN = 180; // letters of a place's text
const WAIT_MS = 120;

const form = document.querySelector('[data-search]');
const input = form.querySelector('input');
const status = document.getElementById('found');
const list = document.getElementById('results');
const { title } = document;

/** One document a section. Its number is its id. */
const sections = [];
let index;
let asked;

const load = () => (asked ??= (async () => {
  const answer = await fetch(form.dataset.search);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  for (const [path, title, parts] of await answer.json()) {
    for (const [place, heading, text] of parts) sections.push({ id: sections.length, path, title, place, heading, text });
  }
  const words = MiniSearch.getDefault('tokenize');
  index = new MiniSearch({
    fields: ['title', 'heading', 'text'],
    // Who writes non-blocking as one word finds it, too.
    tokenize: (text) => [...words(text), ...(text.match(/\p{L}+(?:-\p{L}+)+/gu) ?? []).map((it) => it.replaceAll('-', ''))],
    searchOptions: {
      tokenize: words,
      boost: { title: 4, heading: 3 },
      combineWith: 'AND',
      prefix: (word) => word.length > 2,
      fuzzy: (word) => (word.length > 6 ? 2 : word.length > 4 && 1), // letters
    },
  });
  index.addAll(sections);
})());

/** The pages in the order of their best places, and the places of each. */
function places(words) {
  const pages = new Map();
  for (const { id, score, terms } of index.search(words).slice(0, MOST)) {
    const section = sections[id];
    const page = pages.get(section.path) ?? [];
    pages.set(section.path, [...page, { section, score, terms }]);
  }
  return [...pages.values()];
}

/** The letters around the first word that was found, and every such word marked. */
function snippet(text, terms) {
  const out = document.createElement('p');
  const words = terms.map((it) => [...it].map((sign) => sign.replace(/[$()*+.?[\\\]^{|}]/, '\\$&')).join('-?'));
  const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})`, 'giu');
  const first = Math.max(0, text.search(found));
  const near = first < SHOWN / 2 ? 0 : text.indexOf(' ', first - SHOWN / 3) + 1;
  const far = near + SHOWN >= text.length ? text.length : text.lastIndexOf(' ', near + SHOWN);
  const part = text.slice(near, far > near ? far : near + SHOWN);
  let at = 0;
  if (near) out.append('… ');
  for (const { 0: word, index: start } of part.matchAll(found)) {
    const mark = document.createElement('mark');
    mark.textContent = word;
    out.append(part.slice(at, start), mark);
    at = start + word.length;
  }
  out.append(part.slice(at));
  if (near + part.length < text.length) out.append(' …');
  return out;
}

const made = (name, ...inside) => {
  const out = document.createElement(name);
  out.append(...inside);
  return out;
};

function entry([first, ...more]) {
  const link = ({ section }, text) => {
    const out = made('a', text);
    out.href = form.dataset.root + section.path + form.dataset.end + (section.place && `#${section.place}`);
    return out;
  };
  const place = (it) => made('div', made('h3', link(it, it.section.heading)), snippet(it.section.text, it.terms));
  const { section } = first;
  const opening = { section: { ...section, place: '' } };
  const out = made('li', made('h2', link(opening, section.title)));
  if (!section.heading) out.append(snippet(section.text, first.terms));
  out.append(...[first, ...more].filter((it) => it.section.heading).map(place));
  return out;
}

async function search() {
  const words = input.value.trim();
  const address = new URL(location.href);
  if (words) address.searchParams.set('q', words);
  else address.searchParams.delete('q');
  history.replaceState(null, '', address);
  document.title = words ? `${words} · ${title}` : title;
  if (!words) {
    list.replaceChildren();
    status.textContent = '';
    list.dataset.words = '';
    return;
  }
  try {
    await load();
  } catch (problem) {
    asked = undefined;
    status.textContent = notFetched(problem.message);
    return;
  }
  if (words !== input.value.trim()) return; // typed on meanwhile
  const pages = places(words);
  list.replaceChildren(...pages.map(entry));
  list.dataset.words = words;
  const count = pages.flat().length;
  const some = count === MOST ? firstPlaces : allPlaces;
  status.textContent = count ? some(count, pages.length) : nothingHas(words);
}

let waiting;
input.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, WAIT_MS);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  search();
});
form.hidden = false;
input.value = new URLSearchParams(location.search).get('q') ?? '';
search();
input.focus();
