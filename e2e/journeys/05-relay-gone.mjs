import assert from 'node:assert/strict';

import { close, open } from '../lib/browser.mjs';
import { reaches, runUntilFull } from '../lib/live.mjs';
import { LESSON } from '../lib/pages.mjs';
import { start } from '../lib/server.mjs';
import { button, forward, live, shows, stage } from '../lib/stage.mjs';

export const name = 'the relay is stopped in the middle: a clear message, and "Try again" goes on';

export default async function ({ browser, binary }) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    let relay = await start(binary);
    const page = await open(browser, new URL(LESSON, relay.url).href);
    // That the connection is refused or reset is the point of this journey.
    page.tolerate(/WebSocket connection|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_FAILED/);
    try {
      const simulated = await stage(page);
      const figure = await live(page);
      await runUntilFull(figure);

      const ended = await relay.stop(signal);
      if (signal === 'SIGTERM') assert.equal(ended, 0, 'it stops by itself when asked');
      await reaches(figure, 'failed');
      const again = button(figure, 'Try again');
      const says = await figure.getByRole('alert').innerText();
      assert.match(says, /relay/i, `it says what is gone: ${says}`);
      assert.match(says, /try again/i, `and what to do: ${says}`);

      // The rest of the page lives on: the simulated stage needs no relay.
      const before = await shows(simulated);
      await forward(simulated);
      assert.notDeepEqual(await shows(simulated), before);

      // Before the relay is back, trying again must fail as clearly.
      await again.click();
      await reaches(figure, 'failed');

      relay = await start(binary, { port: relay.port });
      await again.click();
      await reaches(figure, 'waits-for-peer');
      await close(page);
    } finally {
      await relay.stop();
    }
  }
}
