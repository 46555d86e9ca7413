// Files that a script in a page puts together and has saved: written in its source as text, escapes or numbers.

import type { Entry } from './reading.ts';
import type { Work } from './work.ts';

/** More are no files that anybody makes by hand: past them the message counts as over the limit. */
const MOST_FILES = 1000;
const MOST_NAMES = 60;
/** Shorter text is a word, a colour, a token. */
const FEWEST = 40;
const NAMES =
  /(?:\.download\s*=|msSave(?:OrOpen)?Blob\s*\([^,]{1,200},|setAttribute\s*\(\s*["'`]download["'`]\s*,)\s*["'`]([^"'`]{1,200})["'`]/gi;

/** What the source of a script can be unpacked to, each as a file with the names that the script gives. */
export function filesInScript(source: string, work: Work): Entry[] {
  const names = [...source.matchAll(NAMES)].slice(0, MOST_NAMES).map(([, name = '']) => name);
  const found: Entry[] = [];
  for (const bytes of contents(source)) {
    if (found.length >= MOST_FILES || !work.goesOn()) {
      work.reached('parts');
      break;
    }
    found.push({ names, traits: [], size: bytes.length, hidden: true, open: () => ({ bytes, traits: [] }) });
  }
  return found.length === 0 && names.length > 0 ? [{ names, traits: [], size: 0 }] : found;
}

function* contents(source: string): Generator<Buffer> {
  // Pieces that are put together stand one behind the other.
  const joined = source.replaceAll(/["'`]\s*[+,]\s*["'`]/g, '');
  for (const [, text = ''] of joined.matchAll(/["'`]([\w+/=\s-]{24,})["'`]/g)) {
    // Sentences have other marks; lines of a template may hold the data.
    if (text.length < FEWEST || !/[\w+/=-]{24}/.test(text)) continue;
    if (/^[0-9a-f]+$/i.test(text)) yield Buffer.from(text, 'hex');
    yield Buffer.from(text, 'base64');
  }
  for (const [run] of joined.matchAll(/(?:\\x[0-9a-f]{2}|\\u00[0-9a-f]{2}|%[0-9a-f]{2}){12,}/gi))
    yield Buffer.from(run.replaceAll(/\\x|\\u00|%/gi, ''), 'hex');
  for (const [run] of source.matchAll(
    /(?:(?:-|\b)(?:0x[0-9a-f]{1,2}|\d{1,3})\s*,\s*){24,500000}-?(?:0x[0-9a-f]{1,2}|\d{1,3})\b/gi,
  ))
    yield Buffer.from(run.split(',').map(Number));
}
