// Files that readers find in the text of a part without being told that they are there.

import { base64Shape, decodeBase64 } from './base64.ts';
import { binhexFiles, type TextFile, uuencodedFiles, yencodedFiles } from './other-encodings.ts';
import { quotedPrintableReadings } from './quoted-printable.ts';
import { tnefFiles } from './tnef.ts';

/** A file with the way it was found. */
export interface FoundFile {
  names: readonly string[];
  octets: Buffer;
  reading: string;
}

/** Text past this is not looked through for encodings that nobody uses for so much. */
const MOST_TEXT = 32 * 1024 * 1024;

/** Files of encodings that have a mark of their own. */
export function markedFiles(octets: Buffer): FoundFile[] {
  const found: FoundFile[] = tnefFiles(octets).map(({ names, octets: inner }) => ({
    names,
    octets: inner,
    reading: 'tnef',
  }));
  if (octets.length > MOST_TEXT) return found;
  const add = (reading: string, files: readonly TextFile[]) => {
    for (const { name, octets: inner } of files)
      found.push({ names: name === '' ? [] : [name], octets: inner, reading });
  };
  if (octets.includes('begin') || octets.includes('BEGIN')) add('uuencode', uuencodedFiles(octets.toString('latin1')));
  if (octets.includes('=ybegin ')) add('yenc', yencodedFiles(octets.toString('latin1')));
  if (/BinHex/i.test(octets.toString('latin1', 0, 4000))) add('binhex', binhexFiles(octets.toString('latin1')));
  return found;
}

/** Of base64 without a label, the fewest characters that can hold anything. */
const FEWEST = 24;
const MOST_RUNS = 50;

/** Lines of base64, and quoted-printable, in a body that is said to be neither. */
export function unlabelledFiles(octets: Buffer, text: boolean): FoundFile[] {
  if (octets.length > MOST_TEXT) return [];
  const found: FoundFile[] = [];
  const body = octets.toString('latin1');
  for (const [run] of body.matchAll(/(?:^[ \t]*[A-Za-z0-9+/]{4,}={0,3}[ \t]*\r?$\n?(?:[ \t]*\r?\n)?)+/gm)) {
    if (run.length < FEWEST || found.length >= MOST_RUNS) continue;
    if (text && !likelyData(run)) continue;
    const data = Buffer.from(run, 'latin1');
    if (base64Shape(data).form !== 'faulty') found.push({ names: [], octets: decodeBase64(data), reading: 'base64' });
  }
  if (softBreaks(body) || (!text && /=[0-9A-F]{2}/.test(body))) {
    for (const one of quotedPrintableReadings(octets).slice(0, 2)) {
      found.push({ names: [], octets: one, reading: 'quoted-printable' });
    }
  }
  return found;
}

/** A run that is no word or number of prose: long, or with letters of both kinds and digits. */
function likelyData(run: string): boolean {
  const first = run.trim().split(/\s/)[0] ?? '';
  return first.length >= FEWEST && /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9+/=]/.test(run);
}

/** Lines that end as soft line breaks of quoted-printable do, more than by chance. */
function softBreaks(body: string): boolean {
  return (body.match(/[^\r\n]=[ \t]*\r?\n/g)?.length ?? 0) > 0 && /=[0-9A-Fa-f]{2}/.test(body);
}
