// The record of work: what figures say was done, and how long a page was read, kept in this browser alone (IndexedDB). In
// a class's room the module `class` delivers from it. Each row has a number, given in the same transaction that keeps
// it: so several tabs give none twice, and what is delivered again is known.
const ROOM = 'socketscope.room';
const SPENT = 'socketscope.spent';
const PLACE = 'socketscope.place';
const MOST = 5000; // rows; beyond it the oldest go that nobody waits for, and beyond twice that nothing more is kept
const TICK_S = 10;
const AWAY_S = 60; // nothing touched for so long: nobody is there
const PAGE = /\/(lessons|exercises|experiments)\/[a-z0-9-]+(?=\/?$)|\/playground(?=\/?$)/;
const page = PAGE.exec(location.pathname)?.[0];

const done = (asked) => new Promise((yes, no) => {
  asked.onsuccess = () => yes(asked.result);
  asked.onerror = () => no(asked.error);
});
let base;
const open = () => (base ??= new Promise((yes, no) => {
  const asked = indexedDB.open('socketscope', 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore('rows', { keyPath: ['device', 'n'] });
    asked.result.createObjectStore('devices', { keyPath: 'device' });
  };
  asked.onsuccess = () => yes(asked.result);
  asked.onerror = () => no(asked.error);
}));
/** Both stores in one transaction; whether it is whole is known once `f` and the transaction are done. */
async function within(f, mode = 'readwrite') {
  const all = (await open()).transaction(['rows', 'devices'], mode);
  const whole = new Promise((yes, no) => {
    all.oncomplete = yes;
    all.onabort = () => no(all.error);
  });
  const [out] = await Promise.all([f(all.objectStore('rows'), all.objectStore('devices')), whole]);
  return out;
}

const room = () => {
  try {
    return JSON.parse(localStorage.getItem(ROOM));
  } catch {
    return null;
  }
};
/** The name of this browser's work for this learner of this room: the one from before, if they were there in this browser. */
async function nameOf(devices, code, learner) {
  const known = (await done(devices.getAll())).find((it) => it.code === code && it.learner === learner);
  if (known) return known.device;
  const device = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, '0')).join('');
  devices.put({ device, code, learner, last: 0, through: 0 });
  return device;
}
/**
 * The name under which this browser's work goes to the room that it is in; empty for work that goes nowhere. Whoever has
 * just come in, and is on the next page already, may have none yet: it is given here, and found again by the room's module.
 */
async function here(devices) {
  const { code, learner, device } = room() ?? {};
  return device || (code ? nameOf(devices, code, learner) : '');
}
const upTo = (device, n) => IDBKeyRange.bound([device, 0], [device, n]);

async function trim(rows, devices, too) {
  for (const { device, through } of await done(devices.getAll())) {
    const old = await done(rows.getAllKeys(upTo(device, device ? through : Infinity), too));
    for (const key of old) rows.delete(key);
    too -= old.length;
    if (too <= 0) return;
  }
}

async function keep(what, where = page, at = Date.now()) {
  if (!where) return;
  try {
    await within(async (rows, devices) => {
      const device = await here(devices);
      const had = await done(rows.count());
      if (had >= 2 * MOST) return;
      const it = (await done(devices.get(device))) ?? { device, last: 0, through: 0 };
      devices.put({ ...it, last: ++it.last });
      rows.put({ device, n: it.last, at, page: where, what });
      if (had > MOST) await trim(rows, devices, had - MOST);
    });
    document.dispatchEvent(new CustomEvent('socketscope:kept'));
  } catch (problem) {
    console.info('Your work is not kept in this browser:', problem);
  }
}

const bare = ({ n, at, page, what }) => ({ n, at, page, what });
globalThis.socketscope = {
  /** The name for this learner of this room. */
  device: (code, learner) => within((_, devices) => nameOf(devices, code, learner)),
  /** What is not delivered yet, as JSON. */
  rows: (device, most) => within(async (rows, devices) => {
    const { through = 0 } = (await done(devices.get(device))) ?? {};
    return JSON.stringify((await done(rows.getAll(IDBKeyRange.bound([device, through + 1], [device, Infinity]), most))).map(bare));
  }, 'readonly'),
  /** Up to this number all is delivered. */
  delivered: (device, through) => within(async (_, devices) => {
    const it = (await done(devices.get(device))) ?? { device, last: 0 };
    devices.put({ ...it, last: Math.max(it.last, through), through: Math.max(it.through ?? 0, through) });
  }),
  /** Everything, as JSON, by time. */
  all: () => within(async (rows) => JSON.stringify((await done(rows.getAll())).sort((a, b) => a.at - b.at).map(bare)), 'readonly'),
  /** Delete it all, but what still waits to be delivered to the room that this browser is in. */
  forget: () => within(async (rows, devices) => {
    const waiting = await here(devices);
    for (const { device, through } of await done(devices.getAll())) {
      rows.delete(upTo(device, device && device === waiting ? through : Infinity));
    }
  }),
};

document.addEventListener('socketscope:did', ({ detail }) => keep(JSON.parse(detail).did));

if (page) {
  let active = 0;
  let seconds = 0;
  const spent = () => {
    if (seconds >= TICK_S) keep({ spent: { seconds } });
    seconds = 0;
  };
  for (const type of ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart']) {
    addEventListener(type, () => (active = performance.now()), { passive: true });
  }
  setInterval(() => {
    if (!document.hidden && active && performance.now() - active < AWAY_S * 1000) seconds += TICK_S;
    if (seconds >= 60) spent();
  }, TICK_S * 1000);
  document.addEventListener('visibilitychange', () => document.hidden && spent());
  // Where somebody stopped reading: the last heading or figure that begins in the upper third of the screen, or above it.
  const places = document.querySelectorAll('main :is(:is(h2, h3)[id]:not([data-figure] *), [data-figure])');
  addEventListener('pagehide', () => {
    if (!active) return;
    const place = [...places].findLast((it) => it.getBoundingClientRect().top < innerHeight / 3)?.id ?? '';
    try {
      localStorage.setItem(PLACE, JSON.stringify({ page, place }));
    } catch {}
  });
  // A page that is left has no time to keep anything: the next one does.
  addEventListener('pagehide', () => {
    if (seconds) sessionStorage.setItem(SPENT, JSON.stringify([page, Date.now(), seconds]));
    seconds = 0;
  });
  const end = document.querySelector('.onward, .footer');
  const seen = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting || !active) return;
    seen.disconnect();
    keep('finished');
  });
  if (end) seen.observe(end);
  keep('opened');
}
try {
  const [where, at, seconds] = JSON.parse(sessionStorage.getItem(SPENT)) ?? [];
  sessionStorage.removeItem(SPENT);
  if (seconds) keep({ spent: { seconds } }, where, at);
} catch {}

// Whoever has been here can read on without a network: the service worker keeps a copy of the pages, unless bytes are dear here.
if (navigator.serviceWorker && !navigator.connection?.saveData) {
  addEventListener('load', () => navigator.serviceWorker.register(new URL('../sw.js', import.meta.url)).catch(() => {}));
}
