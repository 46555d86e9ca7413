// Files that a script in a page puts together and has saved: written in its source as text, escapes or numbers.

import { beginsAsFile, FILE_BEGINS, isAllText } from '../../../protocol/mime/walk/file-begins.ts';
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
  const names = [...new Set([...source.matchAll(NAMES)].map(([, name = '']) => name))];
  if (names.length > MOST_NAMES) work.reached('parts');
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
  for (const bytes of spelledOut(source)) {
    yield bytes;
    const plain = withoutKey(bytes);
    if (plain !== undefined) yield plain;
  }
}

function* spelledOut(source: string): Generator<Buffer> {
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
  for (const bytes of wideForms(source, joined)) if (looksLikeFile(bytes)) yield bytes;
  for (const [run] of source.matchAll(OCTETS)) yield Buffer.from(run.split(',').map(Number));
}

const OCTETS = /(?:(?:-|\b)(?:0x[0-9a-f]{1,2}|\d{1,3})\s*,\s*){24,500000}-?(?:0x[0-9a-f]{1,2}|\d{1,3})\b/gi;

/** Scripts are full of such: only what then looks like a file is one. */
function* wideForms(source: string, joined: string): Generator<Buffer> {
  for (const run of longRuns(joined, UNITS))
    yield* ofUnits(Array.from(run.matchAll(/[0-9a-f]{4}/gi), ([unit]) => Number.parseInt(unit, 16)));
  for (const [run] of joined.matchAll(WIDE_LETTERS)) yield* ofUnits(Array.from(run, (letter) => letter.charCodeAt(0)));
  for (const run of longRuns(source, NUMBERS)) yield* ofNumbers(run);
}

function looksLikeFile(bytes: Buffer): boolean {
  return beginsAsFile(bytes) || isAllText(bytes.subarray(0, HEAD)) || withoutKey(bytes) !== undefined;
}

/** Text of two octets a letter that no language has so many of in a row: what holds other octets is full of them. */
const WIDE_LETTERS = /[\u0100-\uffff]{12,500000}/g;
const HEAD = 16;

/** What is many times the same: one expression for all of it would need room to go back to each. */
interface Repeated {
  first: RegExp;
  more: RegExp;
  last: RegExp;
}

const UNIT = '[%\\\\]u\\{?[0-9a-f]{4}\\}?';
const UNITS = repeated(`(?:${UNIT}){6}`, UNIT, UNIT);
/** Numbers of any width, in a list. */
const NUMBER = '-?(?:0x[0-9a-f]{1,16}|\\d{1,20})n?';
const NUMBERS = repeated(`(?:(?<!\\w)${NUMBER}\\s*,\\s*){7}`, `${NUMBER}\\s*,\\s*`, `${NUMBER}\\b`);
/** Each of a thousand. */
const MOST_TURNS = 500;

function repeated(first: string, more: string, last: string): Repeated {
  return {
    first: new RegExp(first, 'gi'),
    more: new RegExp(`(?:${more}){1,1000}`, 'iy'),
    last: new RegExp(last, 'iy'),
  };
}

function* longRuns(source: string, { first, more, last }: Repeated): Generator<string> {
  let at = 0;
  const passes = (pattern: RegExp) => {
    pattern.lastIndex = at;
    if (!pattern.test(source)) return false;
    at = pattern.lastIndex;
    return true;
  };
  for (const { 0: begin, index } of source.matchAll(first)) {
    if (index < at) continue;
    at = index + begin.length;
    let goesOn = true;
    for (let turn = 0; goesOn && turn < MOST_TURNS; turn++) goesOn = passes(more);
    passes(last);
    yield source.slice(index, at);
  }
}

function* ofNumbers(run: string): Generator<Buffer> {
  const words = run.split(',').map((word) => word.trim().replace(/n$/i, ''));
  if (words.at(-1) === '') words.pop();
  const width = words.reduce((widest, word) => Math.max(widest, widthOf(Math.abs(Number(word)))), 1);
  // Those of an octet each are looked at by themselves.
  if (width === 1) return;
  if (width === 2) {
    yield* ofUnits(words.map(Number));
    return;
  }
  const octets = Buffer.alloc(words.length * width);
  for (const [index, word] of words.entries()) {
    const value = BigInt.asUintN(64, word.startsWith('-') ? -BigInt(word.slice(1)) : BigInt(word));
    if (width === 8) octets.writeBigUInt64LE(value, index * 8);
    else octets.writeUInt32LE(Number(value & 0xffffffffn), index * 4);
  }
  yield octets;
  yield width === 8 ? Buffer.from(octets).swap64() : Buffer.from(octets).swap32();
}

/** Octets of the numbers that a script has: an octet, a letter, 32 or 64 bits. */
function widthOf(value: number): 1 | 2 | 4 | 8 {
  if (value < 0x100) return 1;
  if (value < 0x10000) return 2;
  return value < 0x100000000 ? 4 : 8;
}

/** Units of 16 bits: an octet each, or two in either order. */
function* ofUnits(units: readonly number[]): Generator<Buffer> {
  const wide = Buffer.from(Uint16Array.from(units).buffer);
  yield wide;
  yield Buffer.from(wide).swap16();
  if (units.every((unit) => unit < 256)) yield Buffer.from(units);
}

/** Files begin so: enough to tell by. */
const KNOWN_BEGINS = FILE_BEGINS.filter((begin) => begin.length >= 4).map((begin) => Buffer.from(begin, 'latin1'));

/** Where each octet was combined with the same one (exclusive or, sum), and what then comes out begins as a file. */
function withoutKey(bytes: Buffer): Buffer | undefined {
  const first = bytes[0] ?? 0;
  for (const begin of KNOWN_BEGINS) {
    const plain = begin[0] ?? 0;
    for (const undo of [(octet: number) => octet ^ first ^ plain, (octet: number) => (octet - first + plain) & 0xff]) {
      if (first !== plain && begin.every((octet, index) => undo(bytes[index] ?? 0) === octet))
        return Buffer.from(bytes.map(undo));
    }
  }
  return undefined;
}
