// Runs programs away from the page, which stops this worker when it takes too long. `site assets` fills in the name in __…__.
import start, { handle } from './__studio.js__';

/** Messages that come before the module is there wait for it. */
let ready;

addEventListener('message', async ({ data }) => {
  if (data.module) {
    ready = start({ module_or_path: data.module });
    return;
  }
  const { seq, command } = data;
  try {
    await ready;
    postMessage({ seq, view: handle(command) });
  } catch (problem) {
    postMessage({ seq, failed: String(problem) });
  }
});
