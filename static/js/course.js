// The home page for somebody who has been here before: what of the course is read, and the way back to where they stopped. It reads the
// record of work (`record.js`), which stays in this browser.
import { BEGUN, GO_ON, haveRead, READ } from './texts.js';

const rows = JSON.parse(await globalThis.socketscope.all());
const done = new Set();
const begun = new Set();
for (const { page, what } of rows) {
  if (what === 'finished') done.add(page);
  if (what === 'opened') begun.add(page);
}

const lessons = [...document.querySelectorAll('[data-lesson]')];
const address = (lesson) => `/lessons/${lesson.dataset.lesson}`;
const mark = (lesson, progress, said) => {
  lesson.dataset.progress = progress;
  lesson.querySelector('small').append(` · ${said}`);
};
for (const lesson of lessons) {
  if (done.has(address(lesson))) mark(lesson, 'read', READ);
  else if (begun.has(address(lesson))) mark(lesson, 'begun', BEGUN);
}
const read = lessons.filter((it) => it.dataset.progress === 'read').length;
if (read || begun.size) {
  const said = document.querySelector('p[data-progress]');
  said.textContent = haveRead(read, lessons.length);
  said.hidden = false;
}

/** The lesson that was left last, and the place in it; once it is read to its end, the first that is not. */
function onward() {
  let left;
  try {
    left = JSON.parse(localStorage.getItem('socketscope.place'));
  } catch {}
  const lesson = lessons.find((it) => address(it) === left?.page);
  if (lesson && lesson.dataset.progress !== 'read') return [lesson, left.place];
  if (!read) return [];
  return [lessons.find((it) => it.dataset.progress !== 'read'), ''];
}
const [lesson, place] = onward();
const button = document.querySelector('[data-begin]');
if (lesson && button) {
  const link = lesson.querySelector('a');
  const icon = button.querySelector('svg');
  button.href = link.href + (place ? `#${place}` : '');
  button.replaceChildren(GO_ON, ...link.querySelector('span').cloneNode(true).childNodes, ' ', icon);
}
