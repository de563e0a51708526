// A teacher without a page of their own.
import { open } from './browser.mjs';
import { people } from './person.mjs';

/** Runs in the page: makes `globalThis.teacher`. */
function setUp() {
  const me = { tiles: {}, exported: [] };
  globalThis.teacher = me;
  me.connect = async () => {
    const { ask } = await person((report) => {
      if (report.teaching) me.teaching = report.teaching;
      if (report.looking) me.looking = report.looking;
      if (report.exported) me.exported.push(new TextDecoder().decode(report.exported.part));
      for (const tile of report.tiles?.tiles ?? []) me.tiles[tile.nickname] = tile;
    });
    me.ask = ask;
  };
}

/** Opens a room: its code, and what a teacher does in it. */
export async function openRoom(browser, base, settings = {}) {
  const page = await open(browser, base);
  page.tolerate(/./);
  await people(page);
  await page.evaluate(setUp);
  await page.evaluate(() => teacher.connect());
  const ask = (what) => page.evaluate((it) => teacher.ask(it), what);
  const direct = (what) => ask({ direct: what });
  const opened = await ask({ open: { settings: { title: 'Networks', ...settings } } });
  const { code, secret } = opened.opened ?? {};
  if (!code) throw new Error(`no room was opened: ${JSON.stringify(opened)}`);
  return {
    code,
    direct,
    tile: (name) => page.evaluate((it) => teacher.tiles[it], name),
    looking: () => page.evaluate(() => teacher.looking),
    /** Teaches it again after the relay was started afresh. */
    async again() {
      await page.evaluate(() => teacher.connect());
      return ask({ teach: { code, secret } });
    },
    /** Everything that is kept of the room, read from its JSON. */
    async record() {
      await page.evaluate(() => (teacher.exported = []));
      await direct({ export: { format: 'json' } });
      return JSON.parse(await page.evaluate(() => teacher.exported.join('')));
    },
    close: () => page.context().close(),
  };
}
