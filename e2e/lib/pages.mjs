// Which pages there are: found by following links from the home page, as a reader would.

/** The lesson of the journeys. */
export const LESSON = 'lessons/how-much-did-send-take';

/** All pages of the site, as addresses. */
export async function all(base) {
  const found = new Set([new URL(base).href]);
  for (const url of found) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}, and a page links to it`);
    if (!answer.headers.get('content-type')?.startsWith('text/html')) {
      found.delete(url);
      continue;
    }
    const html = await answer.text();
    for (const [, href] of html.matchAll(/<a\s[^>]*?href="([^"]*)"/g)) {
      const to = new URL(href.replaceAll('&amp;', '&'), answer.url);
      to.hash = '';
      if (to.host === new URL(base).host) found.add(to.href);
    }
  }
  return [...found];
}

/** An address as people would say it. */
export const short = (url) => new URL(url).pathname;

const KINDS = ['/lessons/', '/experiments/', '/peers/', '/clinic/', '/exercises/', '/reference/'];

/** The pages below one of the site's folders, in order; those below none of them if no folder is named. */
export async function below(base, kind) {
  const is = (url) => (kind ? short(url).startsWith(kind) : !KINDS.some((other) => short(url).startsWith(other)));
  return (await all(base)).filter(is).sort();
}

/** Whether a page is none of the clinic's or the reference's, which have journeys of their own. */
export const elsewhere = (url) => !['/clinic/', '/reference/'].some((kind) => short(url).startsWith(kind));

/** What falls to one of several who divide pages among themselves. */
export const share = (urls, at, of) => urls.filter((_, index) => index % of === at);
