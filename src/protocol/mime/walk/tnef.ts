// TNEF (MS-OXTNEF): `winmail.dat`, in which Outlook packs attachments.

import { MOST_NAMES } from './file-names.ts';
import type { TextFile } from './other-encodings.ts';

const SIGNATURE = 0x223e9f78;
const ATTACH_DATA = 0x0006800f;
const ATTACH_TITLE = 0x00018010;
const ATTACH_BEGIN = 0x00069002;
const ATTACH_PROPERTIES = 0x00069005;
const MOST_ATTACHMENTS = 500;

/** Whether octets begin as TNEF does. */
export function isTnef(octets: Buffer): boolean {
  return octets.length >= 6 && octets.readUInt32LE(0) === SIGNATURE;
}

/** The attachments with all their names, and the embedded objects; as far as it can be read. */
export function tnefFiles(octets: Buffer): (TextFile & { names: string[] })[] {
  if (!isTnef(octets)) return [];
  const found: (TextFile & { names: string[] })[] = [];
  let at = 6;
  while (at + 9 <= octets.length && found.length < MOST_ATTACHMENTS) {
    const id = octets.readUInt32LE(at + 1);
    const length = octets.readUInt32LE(at + 5);
    const data = octets.subarray(at + 9, at + 9 + length);
    if (id === ATTACH_BEGIN || found.length === 0) found.push({ name: '', names: [], octets: Buffer.alloc(0) });
    const current = found.at(-1);
    if (current === undefined) break;
    if (id === ATTACH_DATA) current.octets = data;
    else if (id === ATTACH_TITLE) current.names.push(data.toString('latin1').replace(/\0.*$/s, ''));
    else if (id === ATTACH_PROPERTIES) current.names.push(...wideNames(data));
    at += 9 + length + 2;
  }
  return found.filter(({ octets, names }) => octets.length > 0 || names.length > 0);
}

/** Strings of properties that end like a file; one more than a part may have where there are too many. */
export function wideNames(data: Buffer): string[] {
  const wide = [...data.toString('utf16le').matchAll(/[\x20-\uD7FF]{1,250}\.[A-Za-z0-9]{1,8}(?=\0)/g)];
  const odd = [
    ...data
      .subarray(1)
      .toString('utf16le')
      .matchAll(/[\x20-\uD7FF]{1,250}\.[A-Za-z0-9]{1,8}(?=\0)/g),
  ];
  const narrow = [...data.toString('latin1').matchAll(/[\x20-\x7e\x80-\xff]{1,250}\.[A-Za-z0-9]{1,8}(?=\0)/g)];
  // One more than a part may have says that there are too many.
  return [...new Set([...wide, ...odd, ...narrow].map(([name]) => name))].slice(0, MOST_NAMES + 1);
}
