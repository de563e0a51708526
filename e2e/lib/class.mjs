// Learners without a page of their own, all within one page of the site.
import { people } from './person.mjs';

/** Runs in the page: makes `globalThis.classroom`. */
function setUp() {
  const all = {};
  globalThis.classroom = {
    people: all,
    /** Lets somebody join; resolves when the room has let them in. */
    async join(code, nickname) {
      const me = { messages: [], row: 0 };
      const { ask } = await person((report) => {
        if (report.view) me.view = report.view;
        if (report.message) me.messages.push(report.message.text);
        if (report.out) me.out = report.out;
      });
      me.ask = ask;
      me.device = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, '0')).join('');
      const answer = await ask({ join: { code, nickname } });
      all[nickname] = me;
      return answer;
    },
    /** Keeps rows of work. */
    save(nickname, whats, page = '/lessons/how-much-did-send-take') {
      const me = all[nickname];
      const rows = whats.map((what) => ({ n: ++me.row, at: Date.now(), page, what }));
      return me.ask({ learn: { save: { device: me.device, rows } } });
    },
  };
}

/** A page in which learners can join: `join(code, name)`, `save(name, rows)`, `learn(name, ask)`. */
export async function classroom(page) {
  await people(page);
  await page.evaluate(setUp);
  const run = (f, ...args) => page.evaluate(f, args);
  return {
    join: (code, name) => run(([c, n]) => classroom.join(c, n), code, name),
    joinMany: (code, names) => run(([c, all]) => Promise.all(all.map((n) => classroom.join(c, n))), code, names),
    save: (name, whats, at) => run(([n, w, p]) => classroom.save(n, w, p), name, whats, at),
    learn: (name, learn) => run(([n, l]) => classroom.people[n].ask({ learn: l }), name, learn),
    messages: (name) => run(([n]) => classroom.people[n].messages, name),
    view: (name) => run(([n]) => classroom.people[n].view, name),
    out: (name) => run(([n]) => classroom.people[n].out, name),
  };
}
