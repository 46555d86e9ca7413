// Tape archives (POSIX.1-1988 ustar, POSIX.1-2001 pax, GNU long names).

import type { Entry } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer } from './binary.ts';

const BLOCK = 512;
/** Of records about the next entry, any of which may be its name. */
const LONGEST_EXTENSION = 4 * 1024 * 1024;

/** Whether the octets begin with a header whose sum is right, perhaps behind empty blocks. */
export function isTar(bytes: Uint8Array): boolean {
  const octets = asBuffer(bytes);
  let at = 0;
  while (at + 2 * BLOCK <= octets.length && at < 20 * BLOCK && isZero(octets.subarray(at, at + BLOCK))) at += BLOCK;
  // A header whose sum is wrong is passed over by some, and read all the same by others.
  return (
    at + BLOCK <= octets.length && (sumIsRight(octets, at) || octets.toString('latin1', at + 257, at + 262) === 'ustar')
  );
}

function isZero(block: Buffer): boolean {
  return block.every((octet) => octet === 0);
}

function sumIsRight(octets: Buffer, at: number): boolean {
  const given = octal(octets, at + 148, 8);
  if (given === 0) return false;
  let sum = 8 * 0x20;
  let signed = sum;
  for (let index = 0; index < BLOCK; index++) {
    if (index >= 148 && index < 156) continue;
    sum += octets[at + index] ?? 0;
    signed += octets.readInt8(at + index);
  }
  // Old programs add up signed octets.
  return sum === given || signed === given;
}

/**
 * Entries in order. Where readers differ in how long an entry is, in its name or in its end, all headers are looked at:
 * what is behind rubbish, and what some take for content of another.
 */
export function* tarEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  const state: State = { names: [], global: [], size: undefined, odd: false };
  for (let at = 0; at + BLOCK <= octets.length && work.goesOn(); ) {
    if (!sumIsRight(octets, at)) {
      // Two blocks of zeros are the end; many programs go on behind them, and behind rubbish.
      if (octets[at] !== 0 || at === 0 || state.ended) state.odd = true;
      state.ended = true;
      at += BLOCK;
      continue;
    }
    if (state.ended) state.odd = true;
    const given = sizeAt(octets, at + 124);
    const kind = String.fromCharCode(octets[at + 156] ?? 0);
    const start = at + BLOCK;
    if (EXTENDED.has(kind)) {
      extend(state, kind, octets.subarray(start, Math.min(octets.length, start + given)));
      at = start + Math.ceil(given / BLOCK) * BLOCK;
      continue;
    }
    const size = state.size ?? given;
    if (size !== given || (octets[at + 124] ?? 0) >= 0x80 || !ORDINARY.has(kind)) state.odd = true;
    const data = octets.subarray(start, Math.min(octets.length, start + size));
    const entry = entryAt(octets, { at, kind, size, data, names: [...state.names, ...state.global] });
    yield state.odd ? { ...entry, hidden: true } : entry;
    // The shorter of two lengths: what the longer one takes for content may begin with a header.
    at = start + Math.ceil(Math.min(size, given, KEPT.has(kind) ? size : 0) / BLOCK) * BLOCK;
    state.names = [];
    state.size = undefined;
  }
}

/** Headers that say something of the next one, or of all. */
const EXTENDED: ReadonlySet<string> = new Set(['L', 'K', 'x', 'X', 'g']);
/** Kinds that all programs read alike. */
const ORDINARY: ReadonlySet<string> = new Set(['0', '\0', '2', '5']);
/** Kinds whose content every program skips: of others some say that there is none. */
const KEPT: ReadonlySet<string> = new Set(['0', '\0', '7']);

interface State {
  /** For the next entry. */
  names: string[];
  global: string[];
  size: number | undefined;
  /** Programs may not agree in what is here. */
  odd: boolean;
  ended?: boolean;
}

function extend(state: State, kind: string, data: Buffer): void {
  if (kind === 'K') return;
  if (kind === 'L') {
    state.names.push(textOf(data));
    return;
  }
  const text = data.toString('utf8', 0, LONGEST_EXTENSION);
  const paths = [...text.matchAll(/(?:^|\n)\d+ (?:path|GNU\.sparse\.name)=([^\n]*)(?=\n)/g)].map(
    ([, path = '']) => path,
  );
  if (paths.length > 1 || (kind === 'g' && paths.length > 0)) state.odd = true;
  if (kind === 'g') state.global.push(...paths);
  else state.names.push(...paths);
  const size = /(?:^|\n)\d+ size=(\d{1,15})\n/.exec(text)?.[1];
  if (size !== undefined && kind !== 'g') state.size = Number(size);
}

interface Found {
  at: number;
  kind: string;
  size: number;
  data: Buffer;
  names: readonly string[];
}

function entryAt(octets: Buffer, { at, kind, size, data, names: long }: Found): Entry {
  const short = textOf(octets.subarray(at, at + 100));
  const prefix =
    octets.toString('latin1', at + 257, at + 262) === 'ustar' ? textOf(octets.subarray(at + 345, at + 500)) : '';
  const traits: PartTrait[] = [];
  if (kind === '1' || kind === '2') traits.push('path-trick');
  if (data.length < size) traits.push('unopened');
  // POSIX.1-2001: an unknown kind is a file. What programs take for none may have content for others.
  const isFile = data.length > 0 || kind === '0' || kind === '\0' || kind === '7';
  return {
    names: [...new Set([...long, ...(prefix === '' ? [] : [`${prefix}/${short}`]), short])].filter(
      (name) => name !== '',
    ),
    traits,
    size,
    ...(isFile && { open: () => ({ bytes: data, traits: [] }) }),
  };
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, Math.min(end < 0 ? field.length : end, 4096));
}

/** GNU: sizes past 8 GiB stand in binary, marked by the highest bit. */
function sizeAt(octets: Buffer, at: number): number {
  return (octets[at] ?? 0) >= 0x80 ? octets.readUIntBE(at + 6, 6) : octal(octets, at, 12);
}

function octal(octets: Buffer, at: number, length: number): number {
  const digits = /[0-7]+/.exec(octets.toString('latin1', at, at + length))?.[0];
  return digits === undefined ? 0 : Number.parseInt(digits, 8);
}
