import assert from 'node:assert/strict';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { close, open, rest } from '../lib/browser.mjs';
import { button, call, nextAddress, playground } from '../lib/play.mjs';

export const name = 'a link whose run ends otherwise here keeps its address and its warning until a step is made';

const U64 = (n) => BigInt.asUintN(64, n);

/** The checksum of a record, as `world::Record` has it. */
function checksum(bytes) {
  let state = 0x5357_4954_4348_0001n;
  const word = (n) => {
    const mixed = U64((state ^ n) * 0x9e37_79b9_7f4a_7c15n);
    state = mixed ^ (mixed >> 29n);
  };
  for (let at = 0; at < bytes.length; at += 8) {
    const chunk = Buffer.alloc(8);
    bytes.copy(chunk, 0, at, Math.min(at + 8, bytes.length));
    word(chunk.readBigUInt64LE());
  }
  word(BigInt(bytes.length));
  const mixed = U64((state ^ (state >> 32n)) * 0xd6e8_feb8_6659_fd93n);
  return mixed ^ (mixed >> 32n);
}

/** The same link, said to have ended otherwise: the digest stands last in a record. */
function withAnotherEnd(link) {
  const [place, token] = link.split('#v1.');
  const bytes = inflateRawSync(Buffer.from(token, 'base64url'));
  bytes[bytes.length - 1] ^= 1;
  // Format, engine (one byte up to 127), the version with its length, the checksum, the rest.
  const sum = 3 + bytes[2];
  bytes.writeBigUInt64LE(checksum(bytes.subarray(sum + 8)), sum);
  return `${place}#v1.${deflateRawSync(bytes).toString('base64url')}`;
}

export default async function ({ base, browser }) {
  const address = new URL('playground', base).href;
  const page = await open(browser, address);
  const figure = await playground(page);
  await button(figure, 'Half-close').click();
  const link = withAnotherEnd(await nextAddress(page, address));
  await close(page);

  const other = await open(browser, link);
  const warned = async () => {
    await playground(other);
    await other.locator('[data-part=note].bad').waitFor();
    assert.match(await other.locator('[data-part=note]').innerText(), /the end is another/);
  };
  await warned();
  await rest(other, 1000);
  assert.equal(other.url(), link);
  await other.reload();
  await warned();

  await call(await playground(other), 'Server', 'send(4, "7")');
  assert.notEqual(await nextAddress(other, link), link, 'now it is a run of its own');
  await close(other);
}
