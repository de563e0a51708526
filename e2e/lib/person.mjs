// Somebody in a room without a page of their own: a session of the protocol (CBOR over a WebSocket) within a page of the
// site, whose address is the Origin that a relay asks for.

/** Runs in the page: makes `globalThis.person`. */
function setUp() {
  const text = new TextEncoder();
  const said = new TextDecoder();

  const head = (major, n) => {
    if (n < 24) return [(major << 5) | n];
    const [code, bytes] = [[24, 1], [25, 2], [26, 4], [27, 8]].find(([, size]) => n < 2 ** (8 * size));
    const all = BigInt(n);
    return [(major << 5) | code, ...Array.from({ length: bytes }, (_, i) => Number((all >> BigInt(8 * (bytes - 1 - i))) & 255n))];
  };
  const encode = (it) => {
    if (it === null || it === undefined) return [0xf6];
    if (typeof it === 'boolean') return [it ? 0xf5 : 0xf4];
    if (typeof it === 'number') return it < 0 ? head(1, -1 - it) : head(0, it);
    if (typeof it === 'string') {
      const bytes = [...text.encode(it)];
      return [...head(3, bytes.length), ...bytes];
    }
    if (Array.isArray(it)) return [...head(4, it.length), ...it.flatMap(encode)];
    const entries = Object.entries(it).filter(([, value]) => value !== undefined);
    return [...head(5, entries.length), ...entries.flatMap(([key, value]) => [...encode(key), ...encode(value)])];
  };
  const decode = (bytes) => {
    let at = 0;
    const take = (n) => bytes.subarray(at, (at += n));
    const pairs = (all) => Object.fromEntries(Array.from({ length: all.length / 2 }, (_, i) => [all[2 * i], all[2 * i + 1]]));
    const item = () => {
      const [first] = take(1);
      const [major, low] = [first >> 5, first & 31];
      if (low === 31) {
        const all = [];
        while (bytes[at] !== 0xff) all.push(item());
        at++;
        return major === 5 ? pairs(all) : all;
      }
      if (major === 7) return { 20: false, 21: true, 22: null }[low] ?? (take({ 25: 2, 26: 4, 27: 8 }[low] ?? 0), null);
      const n = low < 24 ? low : take(2 ** (low - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
      switch (major) {
        case 0: return n;
        case 1: return -1 - n;
        case 2: return take(n);
        case 3: return said.decode(take(n));
        case 4: return Array.from({ length: n }, item);
        case 5: return pairs(Array.from({ length: 2 * n }, item));
        default: return item();
      }
    };
    return item();
  };

  /** A session, once the relay has said welcome; `heard` is told each report but answers. */
  globalThis.person = (heard) => new Promise((yes, no) => {
    const relay = new URL(document.documentElement.dataset.relay, location.href.replace(/^http/, 'ws'));
    const socket = new WebSocket(relay, 'socketscope.v2');
    socket.binaryType = 'arraybuffer';
    const send = (message) => socket.send(new Uint8Array(encode(message)));
    const waiting = new Map();
    const me = {
      /** Asks the room; resolves with its answer. */
      ask: (ask) => new Promise((answered) => {
        const id = waiting.size + 1;
        waiting.set(id, answered);
        send({ room: { id, ask } });
      }),
      close: () => socket.close(),
    };
    socket.onopen = () => send({ hello: { version: 2 } });
    socket.onclose = ({ code, reason }) => no(new Error(`closed with ${code} ${reason}`));
    socket.onmessage = ({ data }) => {
      const message = decode(new Uint8Array(data));
      if (message.welcome) yes(me);
      const { seq, report } = message.room ?? {};
      if (!report) return;
      if (seq % 8 === 0) send({ ack: { through: seq } });
      if (report.answer) waiting.get(report.answer.id)?.(report.answer.answer);
      else heard(report);
    };
  });
}

/** Makes `globalThis.person(heard)` in this page. */
export const people = (page) => page.evaluate(setUp);

/** Waits until `f` gives something that is true. */
export async function until(f, what = String(f), limit_ms = 60_000) {
  for (const end = Date.now() + limit_ms; Date.now() < end; ) {
    const it = await f();
    if (it) return it;
    await new Promise((on) => setTimeout(on, 50));
  }
  throw new Error(`never: ${what}`);
}
