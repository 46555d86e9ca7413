// Tape archives (POSIX.1-1988 ustar, POSIX.1-2001 pax, GNU long names).

import type { Entry } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer } from './binary.ts';

const BLOCK = 512;

/** Whether the octets begin with a header whose sum is right. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && sumIsRight(asBuffer(bytes), 0);
}

function sumIsRight(octets: Buffer, at: number): boolean {
  const given = octal(octets, at + 148, 8);
  if (given === 0) return false;
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK; index++) if (index < 148 || index >= 156) sum += octets[at + index] ?? 0;
  return sum === given;
}

/** Entries in order; a block that is no header ends the archive. */
export function* tarEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= octets.length && work.goesOn(); ) {
    if (!sumIsRight(octets, at)) {
      // Two blocks of zeros are the end; many programs go on behind them.
      if (octets[at] !== 0) return;
      at += BLOCK;
      continue;
    }
    const size = sizeAt(octets, at + 124);
    const kind = String.fromCharCode(octets[at + 156] ?? 0);
    const start = at + BLOCK;
    const data = octets.subarray(start, Math.min(octets.length, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'L' || kind === 'x') {
      longName = kind === 'L' ? textOf(data) : (paxPath(data) ?? longName);
      continue;
    }
    if (kind !== 'g' && kind !== 'K') yield entryAt(octets, { at: start - BLOCK, kind, size, data, longName });
    longName = undefined;
  }
}

interface Found {
  at: number;
  kind: string;
  size: number;
  data: Buffer;
  longName: string | undefined;
}

function entryAt(octets: Buffer, { at, kind, size, data, longName }: Found): Entry {
  const short = textOf(octets.subarray(at, at + 100));
  const prefix =
    octets.toString('latin1', at + 257, at + 262) === 'ustar' ? textOf(octets.subarray(at + 345, at + 500)) : '';
  const traits: PartTrait[] = [];
  if (kind === '1' || kind === '2') traits.push('path-trick');
  if (data.length < size) traits.push('unreadable');
  const isFile = kind === '0' || kind === '\0' || kind === '7';
  return {
    names: [...new Set([longName ?? (prefix === '' ? short : `${prefix}/${short}`), short])].filter(
      (name) => name !== '',
    ),
    traits,
    size,
    ...(isFile && { open: () => ({ bytes: data, traits: [] }) }),
  };
}

function paxPath(data: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(data.toString('utf8', 0, 64 * 1024))?.[1];
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
