// Files that were split, and whose pieces come side by side: `a.7z.001`, `a.z01` and `a.zip`, `a.rar` and
// `a.r00`, `a.part1.rar`, `a.zip.aa`. Archivers put them together by their names.

import { asBuffer } from '../archives/binary.ts';
import { endsAsZip } from '../archives/zip-headers.ts';
import { fileName } from './file-name.ts';
import { sniffType, UNKNOWN_TYPE } from './media-type.ts';
import type { Work } from './work.ts';

/** Something that may be a piece. */
export interface Piece {
  names: readonly string[];
  bytes: Uint8Array;
  path: string;
  mimePart: number;
  depth: number;
}

/** What pieces make together. */
export interface Joined extends Piece {
  names: [string];
}

interface Place {
  /** What the whole is called. */
  whole: string;
  order: number;
}

const ARCHIVES = 'zip|zipx|7z|rar|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|cab|arj|lzh|ace|iso|img|wim';
const IS_ARCHIVE = new RegExp(`\\.(?:${ARCHIVES})$`);
/** The one piece of a set that has the name of the whole comes before the others, or behind them. */
const FIRST = -1;
const LAST = Number.MAX_SAFE_INTEGER;
/** More files split of one message are none. */
const MOST_SETS = 50;

/** Each way to number pieces, by the lower-case name. */
const WAYS: readonly { pattern: RegExp; place: (parts: readonly string[]) => Place }[] = [
  { pattern: /^(.+)\.(\d{2,4})$/, place: ([stem = '', number]) => ({ whole: stem, order: Number(number) }) },
  {
    pattern: /^(.+)\.zx?(\d{2,3})$/,
    place: ([stem = '', number]) => ({ whole: `${stem}.zip`, order: Number(number) }),
  },
  { pattern: /^(.+)\.r(\d{2,3})$/, place: ([stem = '', number]) => ({ whole: `${stem}.rar`, order: Number(number) }) },
  {
    pattern: new RegExp(`^(.*?)[._-]?part[._-]?(\\d{1,4})(\\.(?:${ARCHIVES}|exe|sfx))?$`),
    place: ([stem = '', number, ending = '']) => ({ whole: `${stem}${ending}`, order: Number(number) }),
  },
  // As `split` of Unix numbers them.
  {
    pattern: new RegExp(`^((?:.+\\.(?:${ARCHIVES}))|x)[._-]?a([a-z])$`),
    place: ([stem = '', letter = 'a']) => ({ whole: stem, order: letter.charCodeAt(0) - 97 }),
  },
];

/** Nearly all names end here. */
const MAY_BE = new RegExp(
  `\\d\\d$|part[._-]?\\d{1,4}(?:\\.\\w{2,4})?$|\\.(?:zipx?|rar)$|^xa[a-z]$|\\.(?:${ARCHIVES})[._-]?a[a-z]$`,
  'i',
);

/** Whether a file of these names may be a piece of one, or what the pieces belong to. */
export function mayBePiece(names: readonly string[]): boolean {
  return names.some((name) => MAY_BE.test(name));
}

/** Files put together; of an archive also where there is one piece alone, which by itself is none. */
export function joinPieces(pieces: readonly Piece[], work: Work): Joined[] {
  const joined: Joined[] = [];
  for (const [whole, set] of setsOf(pieces)) {
    if (set.size < 2 && !(IS_ARCHIVE.test(whole) && isUnknown(set))) continue;
    if (areWhole(whole, set)) continue;
    if (joined.length >= MOST_SETS) {
      work.reached('parts');
      break;
    }
    const inOrder = [...set].toSorted(([one], [other]) => one - other).map(([, same]) => same);
    // Of two pieces with one number programs keep the first, or the last.
    const doubled = inOrder.some(({ length }) => length > 1);
    for (const pick of doubled ? [0, -1] : [0]) {
      const one = join(
        whole,
        inOrder.flatMap((same) => same.at(pick) ?? []),
        work,
      );
      if (one !== undefined) joined.push(one);
    }
  }
  return joined;
}

/** The one piece that is there is none of its own. Each piece of RAR has its mark: what is called `plan.r01` is a version. */
function isUnknown(set: ReadonlyMap<number, readonly Piece[]>): boolean {
  return [...set.values()]
    .flat()
    .every(({ names, bytes }) => sniffType(bytes) === UNKNOWN_TYPE && !names.some((name) => /\.r\d{2,3}$/i.test(name)));
}

/** `a.part1.zip`: people call files so that are each a ZIP file, and nothing puts such together by itself. */
function areWhole(whole: string, set: ReadonlyMap<number, readonly Piece[]>): boolean {
  const pieces = [...set.values()].flat();
  return (
    whole.endsWith('.zip') &&
    pieces.every(
      ({ names, bytes }) =>
        names.every((name) => PART_ZIP.test(name)) && sniffType(bytes) === 'application/zip' && endsAsZip(bytes),
    )
  );
}

const PART_ZIP = /part[._-]?\d{1,4}\.zip$/i;

/** By the name of the whole: pieces by their number, the first and the last where one is there several times. */
function setsOf(pieces: readonly Piece[]): Map<string, Map<number, Piece[]>> {
  const sets = new Map<string, Map<number, Piece[]>>();
  const add = (piece: Piece, { whole, order }: Place) => {
    const set = sets.get(whole) ?? new Map<number, Piece[]>();
    sets.set(whole, set);
    const [first = piece] = set.get(order) ?? [];
    set.set(order, asBuffer(first.bytes).equals(piece.bytes) ? [first] : [first, piece]);
  };
  const named = pieces.flatMap((piece) => [...new Set(piece.names.map(plainName))].map((name) => ({ piece, name })));
  for (const { piece, name } of named) for (const place of placesOf(name)) add(piece, place);
  for (const { piece, name } of named) if (sets.has(name)) add(piece, { whole: name, order: orderOfWhole(name) });
  return sets;
}

function plainName(name: string): string {
  return fileName(name).toLowerCase();
}

function placesOf(name: string): Place[] {
  return WAYS.flatMap(({ pattern, place }) => {
    const [, ...parts] = pattern.exec(name) ?? [];
    return parts.length === 0 ? [] : [place(parts)];
  });
}

/** APPNOTE 8.3: the file of a split ZIP file with its own name is the last. Those of other archivers are the first. */
function orderOfWhole(name: string): number {
  return /\.zipx?$/.test(name) ? LAST : FIRST;
}

function join(whole: string, pieces: readonly Piece[], work: Work): Joined | undefined {
  const [first] = pieces;
  const size = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (first === undefined) return undefined;
  if (size > work.room(size)) {
    work.outOfRoom(size);
    return undefined;
  }
  work.spend(size);
  const { path, mimePart, depth } = first;
  const bytes = Buffer.concat(pieces.map((piece) => piece.bytes));
  return { names: [whole], bytes, path: pieces.length > 1 ? `${path} + ${pieces.length - 1}` : path, mimePart, depth };
}
