// Reads a listing away from the page, which stops this worker when it takes too long. `site assets` fills in the name in __…__.
import start, { read } from './__review.js__';

/** Messages that come before the module is there wait for it. */
let ready;

addEventListener('message', async ({ data }) => {
  if (data.module) {
    ready = start({ module_or_path: data.module });
    return;
  }
  const { text, lessons } = data;
  try {
    await ready;
    const said = read(text, (slug) => lessons[slug]?.join('\n'));
    postMessage({ review: said.review, program: said.program, text: said.text });
  } catch (problem) {
    postMessage({ failed: String(problem) });
  }
});
