// The words of the pages' scripts: whoever words something anew or translates it reads this file, beside `crates/site/src/texts`.
// Each script carries those that it names (`editor/bundle.mjs`).

// Every page (boot.js)
export const FIGURE_HAS_STOPPED = 'This figure has stopped because of a mistake in the site itself. What it shows is its last state. '
  + 'Reload the page to start it afresh.';
export const KEYS = 'Keys';
export const CLOSE = 'Close';

// The home page (course.js)
export const READ = 'read';
export const BEGUN = 'begun';
export const GO_ON = 'Go on: ';
export const haveRead = (read, lessons) => `You have read ${read} of ${lessons} lessons. Only this browser knows.`;

// Fields for programs (editing.js)
export const EDITOR_KEYS = 'Tab indents. Escape, then Tab, leaves the editor.';
export const BREAKPOINT_KEY = ' F9, or a press on the number, sets a breakpoint.';
export const TAB_LEAVES = 'Tab now leaves the editor.';

// What runs in workers (workbench.js, notes.js)
export const NO_WORKER = 'the worker could not be started';
export const answers = (path, status) => `${path} answers ${status}`;

// Paste the listing from your notes (notes.js)
export const READING = 'Reading your listing …';
export const NOTHING_IS_READ = 'Nothing is read yet.';
export const READING_WAS_STOPPED = 'Reading was stopped.';
export const COULD_NOT_BE_READ = 'It could not be read: what reads it did not load, or stopped by a mistake in the site itself. Your listing stays; press “Read it” to try again.';
export const COPIED = 'Copied.';
export const COULD_NOT_BE_COPIED = 'It could not be copied: select it by hand.';
export const tookLonger = (seconds) => `Reading it took longer than ${seconds} seconds and was stopped. A shorter part of it may be read sooner.`;
export const tooLong = (bytes, most) => `This is too long to be read: ${bytes} bytes, and at most ${most} are. Paste one program alone.`;
