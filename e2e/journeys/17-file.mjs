import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { close, open } from '../lib/browser.mjs';
import { button, call, playground, rows } from '../lib/play.mjs';
import { command } from '../lib/server.mjs';

export const name = 'a run is saved as a file and opened again; a file that is none says so';

export default async function ({ base, browser, binary }) {
  const page = await open(browser, new URL('playground', base).href);
  const figure = await playground(page);
  await button(figure, 'Half-close').click();
  await call(figure, 'Server', 'send(4, "7\\n")');
  const story = await rows(figure);
  const saving = page.waitForEvent('download');
  await button(figure, 'Save run').click();
  const download = await saving;
  assert.equal(download.suggestedFilename(), 'run.socketscope');
  const path = await download.path();
  const bytes = await readFile(path);
  assert.match(await command(binary, 'replay', path), /send\(4, 2 bytes\)/, 'the command line reads it too');

  await button(figure, 'A host dies').click();
  const input = figure.getByLabel('Open run');
  const note = page.locator('[data-part=note]');
  await input.setInputFiles({ name: 'run.socketscope', mimeType: '', buffer: bytes });
  await note.filter({ hasText: 'As the file has it.' }).waitFor();
  assert.deepEqual(await rows(figure), story);

  for (const [buffer, says] of [
    [Buffer.from('not a run'), /cannot be opened/],
    [bytes.subarray(0, -5), /damaged, perhaps cut off/],
    [Buffer.alloc((16 << 20) + 1), /no saved run has more/],
  ]) {
    await input.setInputFiles({ name: 'run.socketscope', mimeType: '', buffer });
    await page.locator('[data-part=note].bad').filter({ hasText: says }).waitFor();
    assert.deepEqual(await rows(figure), story, 'the run before stays');
  }
  await close(page);
}
