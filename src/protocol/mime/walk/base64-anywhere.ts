// Base64 of files, found by how they begin, whatever stands before, between the lines or around the pieces; also turned
// around, with letters rotated by 13, and with capitals for small letters.

import { beginsAsFile, FILE_BEGINS } from './file-begins.ts';
import { CAPITALS, DIGITS, runsOf, SMALL } from './octet-runs.ts';

const NONE = 64;
const LINE = 65;
/** Values of base64, of both alphabets (RFC 4648 4 and 5). */
const VALUES = new Uint8Array(256).fill(NONE);
for (const [value, letter] of Buffer.from(`${CAPITALS}${SMALL}${DIGITS}+/`).entries()) VALUES[letter] = value;
VALUES[0x2d] = 62;
VALUES[0x5f] = 63;
VALUES[0x0a] = LINE;
VALUES[0x0d] = LINE;
/** 1 at each of them. */
const LETTERS = VALUES.map((value) => (value < NONE ? 1 : 0));

/** How the values were changed: each into which. */
const WAYS: readonly { turned: boolean; changed: (value: number) => number }[] = [
  { turned: false, changed: (value) => value },
  { turned: true, changed: (value) => value },
  { turned: false, changed: (value) => (value < 52 ? (((value % 26) + 13) % 26) + (value < 26 ? 0 : 26) : value) },
  { turned: false, changed: (value) => (value < 52 ? (value + 26) % 52 : value) },
];

interface Begin {
  way: number;
  values: readonly number[];
}

/** By their first three values. */
const BEGINS = new Map<number, Begin[]>();
const IS_BEGIN = new Uint8Array(64 ** 3);
/** By their first two: a table so small is always at hand, and nearly everything ends at it. */
const MAY_BEGIN = new Uint8Array(64 ** 2);
for (const begin of FILE_BEGINS) {
  const letters = Buffer.from(begin, 'latin1').toString('base64').replaceAll('=', '');
  // The last character may depend on what follows.
  const values = Array.from(
    letters.slice(0, Math.floor((begin.length * 8) / 6)),
    (letter) => VALUES[letter.charCodeAt(0)] ?? 0,
  );
  for (const [way, { turned, changed }] of WAYS.entries()) {
    const spelled = values.map(changed);
    add({ way, values: turned ? spelled.toReversed() : spelled });
  }
}

function add(begin: Begin): void {
  const [first = 0, second = 0, third = 0] = begin.values;
  const key = (first << 12) | (second << 6) | third;
  IS_BEGIN[key] = 1;
  MAY_BEGIN[key >> 6] = 1;
  BEGINS.set(key, [...(BEGINS.get(key) ?? []), begin]);
}

/** Places of one text that are read. */
const MOST_PLACES = 1000;
/** Past as many octets as the text has, a place is not read further than this. */
const LONGEST = 48 * 1024;

/** The files, each from where it begins. */
export function* base64Anywhere(octets: Buffer): Generator<Buffer> {
  const lengths = new Set<number>();
  const room = { left: 2 * octets.length };
  // One for all three: each is read before the next is made.
  const values = new Uint8Array(octets.length);
  for (const squeeze of [bare, columns, longWords]) {
    const squeezed = squeeze(octets, values);
    // What is as long as another is the same.
    if (lengths.has(squeezed.length)) continue;
    lengths.add(squeezed.length);
    yield* filesIn(squeezed, room);
  }
}

function* filesIn(values: Uint8Array, room: { left: number }): Generator<Buffer> {
  const read = new Map<string, { from: number; octets: Buffer }>();
  let places = 0;
  let key = 0;
  for (let at = 0; at < values.length; at++) {
    key = ((key << 6) & 0x3ffff) | (values[at] ?? 0);
    if (MAY_BEGIN[key >> 6] === 0 || IS_BEGIN[key] === 0 || at < 2) continue;
    for (const { way, values: begin } of BEGINS.get(key) ?? []) {
      if (!begin.every((value, index) => values[at - 2 + index] === value)) continue;
      if (places++ >= MOST_PLACES) return;
      const start = at - 2;
      const turned = WAYS[way]?.turned === true;
      const turn = `${way} ${(turned ? start + begin.length : start) % 4}`;
      const before = read.get(turn);
      if (before !== undefined && !turned) {
        // It stands within what another gave.
        const from = ((start - before.from) / 4) * 3;
        const piece = before.octets.subarray(from, from + Math.max(room.left, LONGEST));
        room.left -= piece.length;
        yield piece;
        continue;
      }
      const most = before === undefined && room.left > LONGEST ? room.left : LONGEST;
      const octets = decodedFrom(values, start, { way, length: begin.length, most });
      if (most === room.left) read.set(turn, { from: start, octets });
      room.left -= octets.length;
      if (beginsAsFile(octets)) yield octets;
    }
  }
}

function decodedFrom(
  values: Uint8Array,
  start: number,
  { way, length, most }: { way: number; length: number; most: number },
): Buffer {
  const { turned = false, changed = (value: number) => value } = WAYS[way] ?? {};
  const taken = turned
    ? values.subarray(Math.max(0, start + length - most), start + length).toReversed()
    : values.subarray(start, start + most);
  const octets = Buffer.alloc(Math.floor((taken.length * 3) / 4));
  // Each of these ways undoes itself.
  const back = Uint8Array.from({ length: NONE }, (_, value) => changed(value));
  for (let at = 0, to = 0; to < octets.length; at += 4) {
    const bits =
      (at0(back, taken, at) << 18) |
      (at0(back, taken, at + 1) << 12) |
      (at0(back, taken, at + 2) << 6) |
      at0(back, taken, at + 3);
    octets[to++] = bits >> 16;
    if (to < octets.length) octets[to++] = bits >> 8;
    if (to < octets.length) octets[to++] = bits;
  }
  return octets;
}

function at0(back: Uint8Array, values: Uint8Array, at: number): number {
  return back[values[at] ?? 0] ?? 0;
}

/** Without anything that base64 has not. */
function bare(octets: Buffer, values: Uint8Array): Uint8Array {
  let length = 0;
  for (let at = 0; at < octets.length; at++) {
    const value = VALUES[octets[at] ?? 0] ?? NONE;
    if (value < NONE) values[length++] = value;
  }
  return values.subarray(0, length);
}

/** The longest word of each line: numbers, quotes and names stand beside the data. */
function columns(octets: Buffer, values: Uint8Array): Uint8Array {
  let length = 0;
  let start = 0;
  let longest = 0;
  let longestAt = 0;
  for (let at = 0; at <= octets.length; at++) {
    const value = at < octets.length ? (VALUES[octets[at] ?? 0] ?? NONE) : LINE;
    if (value < NONE) continue;
    if (at - start > longest) {
      longest = at - start;
      longestAt = start;
    }
    start = at + 1;
    if (value !== LINE) continue;
    for (let from = longestAt; from < longestAt + longest; from++) values[length++] = VALUES[octets[from] ?? 0] ?? 0;
    longest = 0;
  }
  return values.subarray(0, length);
}

/** Pieces that are put together may stand in one line. */
const FEWEST_LONG = 16;

function longWords(octets: Buffer, values: Uint8Array): Uint8Array {
  let length = 0;
  for (const run of runsOf(octets, LETTERS, FEWEST_LONG))
    for (const octet of run) values[length++] = VALUES[octet] ?? 0;
  return values.subarray(0, length);
}
