// Where links lead, and whether what they show is somewhere else.

import { parse } from 'tldts';
import type { HtmlLink } from './html.ts';
import type { Link } from './taken-apart.ts';

const MOST_LINKS = 1000;
const LONGEST_URL = 2000;

/** Links of an HTML part, each pair of target and shown host once. */
export function htmlLinks(links: readonly HtmlLink[]): Link[] {
  const found = new Map<string, Link>();
  for (const { target, text } of links) {
    if (found.size >= MOST_LINKS) break;
    const url = webAddress(target);
    if (url === undefined) continue;
    const shown = shownHost(text, url.hostname);
    const link: Link = {
      host: url.hostname,
      url: url.href.slice(0, LONGEST_URL),
      ...(shown !== undefined && { shown }),
    };
    found.set(`${link.url} ${shown ?? ''}`, link);
  }
  return [...found.values()];
}

const IN_TEXT = /\b(?:https?:[\\/]{2}|ftp:\/\/|www\.)[^\s<>"'`{}|^\u0000-\u001f]{3,2000}/gi;

/** Addresses that stand in plain text. */
export function textLinks(text: string): Link[] {
  const found = new Map<string, Link>();
  for (const [match] of text.matchAll(IN_TEXT)) {
    if (found.size >= MOST_LINKS) break;
    const url = webAddress(withoutStops(match));
    if (url !== undefined) found.set(url.href, { host: url.hostname, url: url.href.slice(0, LONGEST_URL) });
  }
  return [...found.values()];
}

/** A full stop behind an address is none of it. */
function withoutStops(text: string): string {
  let end = text.length;
  while (end > 0 && '.,;:!?)]'.includes(text[end - 1] ?? ' ')) end--;
  return text.slice(0, end);
}

/** As browsers read it: back slashes, odd white space and user names included. */
function webAddress(target: string): URL | undefined {
  const clean = target.replace(/[\t\r\n]/g, '').trim();
  const whole = /^(?:https?|ftp):/i.test(clean)
    ? clean
    : /^\/\/|^www\./i.test(clean)
      ? `http://${clean.replace(/^\/+/, '')}`
      : undefined;
  const url = whole === undefined ? null : URL.parse(whole);
  if (url === null || url.hostname === '') return undefined;
  url.hostname = url.hostname.replace(/\.$/, '');
  return url;
}

/** A host as people write it, at the beginning of a word; names of files are none. */
const HOST =
  /(?:^|[\s("'<[])(?:https?:[\\/]{2})?(?:[^\s@/]+@)?((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,24})(?=$|[\s/:?#,;)\]"'>.!])/iu;
/** Endings that are domains too, but of files as people read them. */
const FILE_LIKE = /\.(?:zip|mov|py|sh|pl|md|rs|ps|ai|cab)$/i;

/** The host that a link's text shows, where its organisation is another than that of the target. */
function shownHost(text: string, target: string): string | undefined {
  const shown = HOST.exec(text.slice(0, 300))?.[1];
  if (shown === undefined || FILE_LIKE.test(shown)) return undefined;
  const host = URL.parse(`http://${shown}`)?.hostname;
  if (host === undefined) return undefined;
  const there = parse(host);
  if (there.isIcann !== true || there.domain === null) return undefined;
  return there.domain === (parse(target).domain ?? target) ? undefined : host;
}
