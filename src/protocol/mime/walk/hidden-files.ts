// Files that readers find in the text of a part without being told that they are there.

import { appleFiles } from './apple-files.ts';
import { base64Shape, decodeBase64, isBase64Line } from './base64.ts';
import { beginsAsFile, isAllText } from './file-begins.ts';
import { filesInCalendar, filesInHtml } from './linked-files.ts';
import { isWide, mailFileReadings } from './mail-file.ts';
import { binhexFiles, type TextFile, uuencodedFiles, yencodedFiles } from './other-encodings.ts';
import { pgpContent } from './pgp-data.ts';
import { usualQuotedPrintable } from './quoted-printable.ts';
import { spelledFiles } from './spelled-files.ts';
import { tnefFiles } from './tnef.ts';

/** A file with the way it was found. */
export interface FoundFile {
  names: readonly string[];
  octets: Buffer;
  reading: string;
}

/** Files of types that have a way of their own to hold some. */
export function linkedFiles(type: string, octets: Buffer): FoundFile[] {
  const isCalendar =
    /(?:vcard|calendar|directory|\/ics)$/.test(type) || /^\s*BEGIN:V/i.test(octets.toString('latin1', 0, 40));
  const files = isCalendar ? filesInCalendar(octets) : filesInHtml(octets);
  return files.map(({ name, octets: inner }) => ({
    names: name === '' ? [] : [name],
    octets: inner,
    reading: 'linked',
  }));
}

/** Text past this is not looked through for encodings that nobody uses for so much. */
const MOST_TEXT = 32 * 1024 * 1024;

/** Files of encodings that have a mark of their own; `over` is called where there is more than was looked at. */
export function markedFiles(octets: Buffer, over?: () => void): FoundFile[] {
  const found: FoundFile[] = tnefFiles(octets).map(({ names, octets: inner }) => ({
    names,
    octets: inner,
    reading: 'tnef',
  }));
  if (octets.length > MOST_TEXT) return found;
  if (isWide(octets)) {
    // Each letter in two octets, with a mark or without.
    return [
      ...found,
      ...mailFileReadings(octets)
        .slice(1, 2)
        .flatMap((one) => markedFiles(one, over)),
    ];
  }
  const add = (reading: string, files: readonly TextFile[]) => {
    for (const { name, octets: inner } of files)
      found.push({ names: name === '' ? [] : [name], octets: inner, reading });
  };
  if (hasWord(octets, 'begin')) add('uuencode', uuencodedFiles(octets.toString('latin1')));
  if (hasWord(octets, '=ybegin')) add('yenc', yencodedFiles(octets.toString('latin1')));
  add('apple', appleFiles(octets));
  const { files, packed, tooLarge } = pgpContent(octets);
  add('pgp', files);
  if (tooLarge) over?.();
  // Packed as only the reader of such a file unpacks it; where it begins the text, that reader has it.
  const armour = packed.length === 0 ? 0 : octets.indexOf('-----BEGIN PGP MESSAGE');
  if (armour > 0) found.push({ names: [], octets: octets.subarray(armour), reading: 'pgp' });
  const text = octets.toString('latin1');
  if (octets.includes('BinHex') || hasWord(octets, 'binhex') || hasBareBinhex(text)) add('binhex', binhexFiles(text));
  return found;
}

/** The first line of BinHex, where nothing says what it is. */
function hasBareBinhex(text: string): boolean {
  return /^:[!-r]{40,80}\r?$/m.test(text);
}

/** As mailers write it, all in small letters, in capitals or with one at the begin. */
function hasWord(octets: Buffer, word: string): boolean {
  const capital = word.replace(/[a-z]/, (letter) => letter.toUpperCase());
  return [word, word.toUpperCase(), capital].some((one) => octets.includes(one));
}

/** Of base64 without a label, the fewest characters that can hold anything. */
const FEWEST = 24;
const MOST_RUNS = 50;
const HEAD = 32;
/** Of such that are files, as pictures of a page or a list of people are. */
const MOST_OF_FILES = 400;
/** Quoted-printable past this is not decoded where nobody said that it is. */
const MOST_QUOTED = 4 * 1024 * 1024;

/** Lines of base64, and quoted-printable, in a body that is said to be neither. */
export function unlabelledFiles(octets: Buffer, text: boolean, over?: () => void): FoundFile[] {
  if (octets.length > MOST_TEXT) return [];
  const found: FoundFile[] = [];
  for (const run of base64Runs(octets)) {
    if (found.length >= MOST_OF_FILES) {
      over?.();
      break;
    }
    const start = run.toString('latin1', 0, 4000);
    if (text && !likelyData(start)) continue;
    for (const at of dataStarts(start)) {
      const data = run.subarray(at);
      if (base64Shape(data).form === 'faulty') continue;
      const decoded = decodeBase64(data);
      // Words one behind the other are base64 too: past some, what is no file counts for nothing.
      if (found.length < MOST_RUNS || beginsAsFile(decoded) || isAllText(decoded.subarray(0, HEAD)))
        found.push({ names: [], octets: decoded, reading: 'base64' });
    }
  }
  if (octets.length <= MOST_QUOTED && looksQuoted(octets.toString('latin1'), text)) {
    for (const one of usualQuotedPrintable(octets)) {
      found.push({ names: [], octets: one, reading: 'quoted-printable' });
    }
  }
  return found;
}

/** Stretches of lines, empty ones among them, that have no character which base64 has not. */
function* base64Runs(octets: Buffer): Generator<Buffer> {
  let start = 0;
  for (let at = 0; at < octets.length; ) {
    const end = octets.indexOf(0x0a, at);
    const after = end < 0 ? octets.length : end + 1;
    if (!isBase64Line(octets, at, after)) {
      if (at - start >= FEWEST) yield octets.subarray(start, at);
      start = after;
    }
    at = after;
  }
  if (octets.length - start >= FEWEST) yield octets.subarray(start);
}

/** A run that is no words or numbers of prose: with letters of both kinds and digits, and a long one among its lines. */
function likelyData(run: string): boolean {
  // The long one last: looking for it costs the most.
  return /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9+/=]/.test(run) && /[A-Za-z0-9+/]{16}/.test(run);
}

/** Words of prose may stand directly above: the data may begin behind an empty line, or at the first line unlike them. */
function dataStarts(run: string): number[] {
  const blank = /\n[ \t]*\r?\n/.exec(run);
  const unlike = /^[ \t]*(?=[^\r\n]*[A-Z0-9+/])(?=[^\r\n]*[^A-Z])(?![A-Z]?[a-z]+[ \t]*\r?$)/m.exec(run);
  return [...new Set([0, blank === null ? 0 : blank.index + blank[0].length, unlike?.index ?? 0])];
}

/** Soft line breaks with encoded octets; of what is no text, an encoded octet alone. */
function looksQuoted(body: string, text: boolean): boolean {
  return /=[0-9A-Fa-f]{2}/.test(body) && (!text || /[^\r\n]=[ \t]*\r?\n/.test(body));
}

/** Whatever a text that nobody walked through holds, in any of these ways. */
export function filesInText(octets: Buffer, over?: () => void): FoundFile[] {
  return [...markedFiles(octets, over), ...unlabelledFiles(octets, true, over), ...spelledIn(octets)];
}

/** Files spelled out, as they are told of. */
export function spelledIn(octets: Buffer): FoundFile[] {
  return spelledFiles(octets).map((inner) => ({ names: [], octets: inner, reading: 'spelled' }));
}
