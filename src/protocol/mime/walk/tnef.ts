// TNEF (MS-OXTNEF): `winmail.dat`, in which Outlook packs attachments.

import { MOST_NAMES } from './file-names.ts';
import { mapiProperties } from './mapi-properties.ts';
import type { TextFile } from './other-encodings.ts';

const SIGNATURE = 0x223e9f78;
const ATTACH_DATA = 0x0006800f;
const ATTACH_TITLE = 0x00018010;
const ATTACH_BEGIN = 0x00069002;
const ATTACH_PROPERTIES = 0x00069005;
const MESSAGE_PROPERTIES = 0x00069003;
/** PidTagAttachDataBinary and PidTagAttachDataObject: a file, a message or an OLE object. */
const DATA = 0x3701;
/** PidTagRtfCompressed and PidTagHtml: what the message shows. */
const BODIES: readonly number[] = [0x1009, 0x1013];
/** More than a message may have parts. */
const MOST_ATTACHMENTS = 20_000;

/** Whether octets begin as TNEF does. */
export function isTnef(octets: Buffer): boolean {
  return octets.length >= 6 && octets.readUInt32LE(0) === SIGNATURE;
}

/** The attachments with all their names, what is embedded in them, and the bodies; as far as it can be read. */
export function tnefFiles(octets: Buffer): (TextFile & { names: string[] })[] {
  if (!isTnef(octets)) return [];
  const found: Attachment[] = [];
  const bodies: Buffer[] = [];
  let at = 6;
  while (at + 9 <= octets.length && found.length < MOST_ATTACHMENTS) {
    const id = octets.readUInt32LE(at + 1);
    const length = octets.readUInt32LE(at + 5);
    const data = octets.subarray(at + 9, at + 9 + length);
    if (id === MESSAGE_PROPERTIES) bodies.push(...mapiProperties(data, BODIES));
    else if (id === ATTACH_BEGIN || found.length === 0) {
      // One that holds nothing is none.
      if (found.at(-1)?.contents.length === 0 && found.at(-1)?.names.length === 0) found.pop();
      found.push({ names: [], contents: [] });
    }
    const current = found.at(-1);
    if (current !== undefined) readInto(current, id, data);
    at += 9 + length + 2;
  }
  const files = found.flatMap(({ names, contents }) =>
    // A name alone tells something too.
    (contents.length > 0 || names.length === 0 ? contents : [Buffer.alloc(0)]).map((one) => ({ names, octets: one })),
  );
  return [...files, ...bodies.map((one) => ({ names: [], octets: one }))].map((file) => ({ name: '', ...file }));
}

interface Attachment {
  names: string[];
  contents: Buffer[];
}

function readInto({ names, contents }: Attachment, id: number, data: Buffer): void {
  if (id === ATTACH_DATA && data.length > 0) contents.push(data);
  else if (id === ATTACH_TITLE) names.push(data.toString('latin1').replace(/\0.*$/s, ''));
  else if (id === ATTACH_PROPERTIES) {
    names.push(...wideNames(data));
    contents.push(...mapiProperties(data, [DATA]));
  }
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
