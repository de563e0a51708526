// Chromium, and pages that remember everything that went wrong in them.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--disable-gpu',
  '--font-render-hinting=none', // letters are as wide on one machine as on another
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Time for anything that a page does by itself, on a machine that has much else to do. */
export const PATIENCE_MS = 60_000;

/**
 * Lets so much time pass on the page's own clock: what the page set for an earlier time has happened then, however slow the
 * machine is.
 */
export const rest = (page, ms) => page.evaluate((it) => new Promise((on) => setTimeout(on, it)), ms);

export const launch = (executablePath) => chromium.launch({ executablePath, chromiumSandbox: false, args: FLAGS });

/**
 * Opens a page in a context of its own. `page.problems` lists console errors and warnings, exceptions, violations of the
 * content security policy, failed requests, and requests to other hosts; `page.tolerate(regex)` leaves out what a
 * journey causes on purpose. `init` runs in the page before anything of it.
 */
export async function open(browser, url, options = {}) {
  return turn(await reader(browser, options), url, options);
}

/** A context: one who reads, with a screen and a cache. Few journeys want the copy for reading offline: it fetches the whole site. */
async function reader(browser, { width = 1280, height = 800, scripts = true, dark = false, offline = false }) {
  const context = await browser.newContext({
    viewport: { width, height },
    javaScriptEnabled: scripts,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    serviceWorkers: offline ? 'allow' : 'block',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

async function turn(context, url, { scripts = true, print = false, init }) {
  const page = await context.newPage();
  await watch(page, url, scripts);
  if (init) await page.addInitScript(init);
  if (print) await page.emulateMedia({ media: 'print' });
  page.response = await page.goto(url, { waitUntil: 'load' });
  return page;
}

/**
 * Looks at these pages, each opened anew, by two readers who share them and keep what they have fetched. Fails if anything went wrong in
 * one of them.
 */
export async function each(browser, urls, options, look) {
  const left = urls.values();
  const read = async () => {
    const context = await reader(browser, options);
    for (const url of left) {
      const page = await turn(context, url, options);
      await look(page, url);
      clean(page);
      await page.close();
    }
    await context.close();
  };
  await Promise.all([read(), read()]);
}

/** Notes from now on what goes wrong in a page, one that another opened too. */
export async function watch(page, url, scripts = true) {
  const seen = [];
  const tolerated = [];
  const note = (text) => seen.push(text.slice(0, 400));
  const blocked = 'Service Worker registration blocked by Playwright';
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && m.text() !== blocked && note(`console ${m.type()}: ${m.text()}`));
  page.on('pageerror', (e) => note(`exception: ${e.message}`));
  page.on('request', (r) => {
    const to = new URL(r.url());
    if (!['data:', 'blob:'].includes(to.protocol) && to.host !== new URL(url).host) note(`other host: ${r.url()}`);
  });
  // The browser gives up by itself what has not come when the page is left: its icon, and code that is fetched ahead. A request that
  // the server fails has another name.
  const givenUp = (r) => /\/(icon-[^/]*\.svg|assets\/[^/]*\.(js|wasm))$/.test(r.url()) && r.failure()?.errorText === 'net::ERR_ABORTED';
  page.on('requestfailed', (r) => givenUp(r) || note(`request failed: ${r.url()} ${r.failure()?.errorText}`));
  if (scripts) {
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) =>
        console.error(`policy violated: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`),
      );
    });
  }
  Object.defineProperty(page, 'problems', { get: () => seen.filter((text) => !tolerated.some((t) => t.test(text))) });
  page.tolerate = (pattern) => tolerated.push(pattern);
}

/** Closes the page's context and fails if anything went wrong in it. */
export async function close(page) {
  const { problems } = page;
  await page.context().close();
  clean(page, problems);
}

function clean(page, problems = page.problems) {
  if (problems.length) throw new Error(`${page.url()} is not clean:\n  ${problems.join('\n  ')}`);
}
