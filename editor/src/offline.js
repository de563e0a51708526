// The copy for reading without a network: the part of the service worker that is the same for every version of the site. `sw.js`, which
// the site writes for itself, says what there is to keep.
import { cleanupOutdatedCaches, getCacheKeyForURL, matchPrecache, precache } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { NetworkOnly } from 'workbox-strategies';

const WAIT_S = 5; // for a network that is there and does not answer

/** What is kept for this address, which may have a slash behind, or lack one. */
function kept({ pathname }) {
  const bare = pathname.replace(/\/$/, '');
  return [pathname, bare, `${bare}/`].find((it) => it && getCacheKeyForURL(it));
}

self.keepCopy = (pages, assets) => {
  precache([...pages.map(([url, revision]) => ({ url, revision })), ...assets.map((url) => ({ url, revision: null }))]);
  cleanupOutdatedCaches();
  // What has its hash in its name never changes: the copy is as good as the network, and nearer.
  const named = new Set(assets.map((url) => new URL(url, location.href).pathname));
  registerRoute(
    ({ url, sameOrigin }) => sameOrigin && named.has(url.pathname),
    async ({ request, url }) => (await matchPrecache(url.pathname)) ?? fetch(request),
  );
  // Nobody reads yesterday's page while there is a network.
  registerRoute(
    ({ url, sameOrigin }) => sameOrigin && Boolean(kept(url)),
    new NetworkOnly({
      networkTimeoutSeconds: WAIT_S,
      plugins: [{ handlerDidError: ({ request }) => matchPrecache(kept(new URL(request.url))) }],
    }),
  );
};
