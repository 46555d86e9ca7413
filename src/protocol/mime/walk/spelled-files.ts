// Files spelled out in text without a word of it: base64 among other things, hexadecimal and other numbers, base32 and
// base85, turned around or with other letters, and uuencode whose first line is gone. What then begins as a file does, or
// reads as text, is found; nothing here doubts the mail.

import { base64Anywhere } from './base64-anywhere.ts';
import { base85Files } from './base85.ts';
import { beginsAsFile, isAllText } from './file-begins.ts';
import { lineFiles } from './line-files.ts';
import { numberFiles } from './number-files.ts';
import { CAPITALS, runsOf, SMALL, tableOf, turnedAround } from './octet-runs.ts';

/** Files of one text; past so many the message counts as over the limit. */
export const MOST_SPELLED = 200;
/** Text past this is not looked through: nobody mails so much as text. */
const MOST_TEXT = 16 * 1024 * 1024;

/** Whatever a text can be decoded to that looks like a file. Time is linear in the text. */
export function spelledFiles(octets: Buffer): Buffer[] {
  if (octets.length > MOST_TEXT) return [];
  const found: Buffer[] = [];
  for (const one of everyWay(octets)) {
    if (found.length >= MOST_SPELLED) break;
    if (!found.some((known) => known.length === one.length && known.equals(one))) found.push(one);
  }
  return found;
}

function* everyWay(octets: Buffer): Generator<Buffer> {
  yield* base64Anywhere(octets);
  yield* quotedBase64(octets);
  yield* base32(octets);
  yield* numberFiles(octets);
  yield* lineFiles(octets);
  yield* base85Files(octets);
}

const HEAD = 40;
const WORD = tableOf(`${CAPITALS}${SMALL}0123456789+/-_`);
const QUOTES = tableOf('"\'`>(,:');
/** Longer than names, keys and the like. */
const FEWEST_QUOTED = 64;

/** Text in base64: as a value, or in pieces behind something. Within a link it is a mark that the link is known by. */
function* quotedBase64(octets: Buffer): Generator<Buffer> {
  const behind: string[] = [];
  for (const run of runsOf(octets, WORD, FEWEST_QUOTED)) {
    const before = octets[run.byteOffset - octets.byteOffset - 1] ?? 0x0a;
    if (QUOTES[before] === 1) yield* textIn(run.toString('latin1'));
    // Whole lines of it are found where they stand.
    else if (before === 0x20 || before === 0x09) behind.push(run.toString('latin1'));
  }
  yield* textIn(behind.join(''));
}

function* textIn(word: string): Generator<Buffer> {
  const whole = word.length - (word.length % 4);
  const last = turnedAround(word.slice(Math.max(0, whole - HEAD), whole));
  if (isAllText(Buffer.from(word.slice(0, HEAD), 'base64'))) yield Buffer.from(word, 'base64');
  if (isAllText(Buffer.from(last, 'base64'))) yield Buffer.from(turnedAround(word.slice(0, whole)), 'base64');
}

const BASE32 = `${CAPITALS}234567`;
const BASE32_LINES = tableOf(`${BASE32}${SMALL}\r\n`);
const BASE32_VALUES = new Uint8Array(256);
for (const [value, letter] of Buffer.from(BASE32).entries()) {
  BASE32_VALUES[letter] = value;
  BASE32_VALUES[letter | 0x20] = value;
}

/** RFC 4648 6. */
function* base32(octets: Buffer): Generator<Buffer> {
  for (const run of runsOf(octets, BASE32_LINES, HEAD)) {
    // Words of the text may stand on lines of their own above.
    const from = run.subarray(Math.max(0, run.toString('latin1', 0, 4000).search(/[^\r\n]{24}/)));
    const head = fromBase32(from.subarray(0, HEAD));
    if (beginsAsFile(head) || isAllText(head)) yield fromBase32(from);
  }
}

function fromBase32(run: Buffer): Buffer {
  const octets = Buffer.alloc(Math.floor((run.length * 5) / 8));
  let bits = 0;
  let count = 0;
  let length = 0;
  for (const letter of run) {
    if (letter === 0x0d || letter === 0x0a) continue;
    bits = ((bits << 5) | (BASE32_VALUES[letter] ?? 0)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    octets[length++] = bits >> count;
  }
  return octets.subarray(0, length);
}
