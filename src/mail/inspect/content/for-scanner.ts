// What a scanner is given of other readings than the plain one: each content once, and the small ones together, since a
// scan costs the scanner far more than so few octets do.

import { hash } from 'node:crypto';
import { bundle } from '../archives/bundle.ts';
import type { TakenApart } from './taken-apart.ts';

/** A larger content is a scan of its own. */
const SMALL = 256 * 1024;
/** Octets of one archive: far below what any scanner takes, or calls too large. */
const MOST_TOGETHER = 1024 * 1024;

/** The contents to scan, as they are or in archives that every scanner reads. */
export function forScanner(hidden: TakenApart['hidden']): { path: string; bytes: Uint8Array }[] {
  if (hidden.length <= 1) return [...hidden];
  const once = [...new Map(hidden.map((one) => [hash('sha256', one.bytes), one])).values()];
  const large = once.filter(({ bytes }) => bytes.byteLength > SMALL);
  return [...large, ...together(once.filter(({ bytes }) => bytes.byteLength <= SMALL))];
}

function together(small: TakenApart['hidden']): { path: string; bytes: Uint8Array }[] {
  const groups: { path: string; bytes: Uint8Array }[][] = [];
  let room = 0;
  for (const one of small) {
    if (one.bytes.byteLength > room) {
      groups.push([]);
      room = MOST_TOGETHER;
    }
    groups.at(-1)?.push(one);
    room -= one.bytes.byteLength;
  }
  return groups.map((group) => {
    const [first = { path: '0', bytes: new Uint8Array() }, ...others] = group;
    return others.length === 0 ? first : { path: first.path, bytes: bundle(group.map(({ bytes }) => bytes)) };
  });
}
