// The third part of a notice (RFC 6522 3): the message it is about, or its header.

import { isUtf8 } from 'node:buffer';
import { quotedPrintable } from '../quoted-printable.ts';
import type { Returned } from './notice.ts';

/** Of the original's header, no more than this is sent back. */
const HEADER_OCTETS = 64 * 1024;
/** No control characters, and CR and LF only together. */
const CLEAN = /^(?:[\t\x20-\x7e\x80-\xff]|\r\n)*$/;
const ASCII = /^[\x00-\x7f]*$/;
/** RFC 2045 2.8: what no part of 7bit or 8bit may hold, besides long lines. */
const UNFIT = /\0|\r(?!\n)|(?<!\r)\n/;
/** RFC 5322 2.1.1. */
const LONGEST_LINE = 998;

export interface OriginalPart {
  /** Lines of the part, its own header first; each character an octet. */
  lines: string[];
  /** It holds octets beyond ASCII as they are. */
  eightBit: boolean;
  /** What it holds in the end. */
  kind: Returned['kind'];
}

/** `utf8`: the notice travels with SMTPUTF8 (RFC 6533 5), so a header beyond ASCII may stand as it is. */
export function originalPart(returned: Returned, utf8: boolean): OriginalPart {
  if (returned.kind === 'full') {
    const whole = wholePart(returned.content);
    if (whole !== undefined) return whole;
    return originalPart({ kind: 'headers', header: returned.content }, utf8);
  }
  const header = returned.kind === 'headers' ? latin1(wholeFields(returned.header)) : '';
  const kind = header === '' ? 'nothing' : 'headers';
  if (header === '') return { lines: ['Content-Type: text/rfc822-headers', '', ''], eightBit: false, kind };
  const fits = CLEAN.test(header) && !hasLongLine(header);
  if (fits && ASCII.test(header)) {
    return { lines: ['Content-Type: text/rfc822-headers', '', header], eightBit: false, kind };
  }
  if (fits && utf8 && isUtf8(Buffer.from(header, 'latin1'))) {
    const lines = ['Content-Type: message/global-headers', 'Content-Transfer-Encoding: 8bit', '', header];
    return { lines, eightBit: true, kind };
  }
  const encoded = quotedPrintable(Buffer.from(header, 'latin1'));
  const lines = ['Content-Type: text/rfc822-headers', 'Content-Transfer-Encoding: quoted-printable', '', encoded];
  return { lines, eightBit: false, kind };
}

/** The message as it is; nothing where a part may not hold it (RFC 2046 5.2.1 allows no encoding of it). */
function wholePart(content: Uint8Array): OriginalPart | undefined {
  const text = latin1(content);
  if (text === '' || UNFIT.test(text) || hasLongLine(text)) return undefined;
  const end = text.indexOf('\r\n\r\n');
  const header = end === -1 ? text : text.slice(0, end + 2);
  const eightBit = !ASCII.test(text);
  // RFC 6532 3.7: a message whose header is beyond ASCII has a type of its own.
  const global = !ASCII.test(header);
  if (global && !isUtf8(Buffer.from(header, 'latin1'))) return undefined;
  const encoding = eightBit ? ['Content-Transfer-Encoding: 8bit'] : [];
  const type = global ? 'message/global' : 'message/rfc822';
  return { lines: [`Content-Type: ${type}`, ...encoding, '', text], eightBit, kind: 'full' };
}

function hasLongLine(text: string): boolean {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\r\n', start);
    if ((end === -1 ? text.length : end) - start > LONGEST_LINE) return true;
    if (end === -1) return false;
    start = end + 2;
  }
  return false;
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

/** The header up to its end or to `HEADER_OCTETS`, cut between two fields, without the empty line. */
function wholeFields(header: Uint8Array): Uint8Array {
  const octets = Buffer.from(header.buffer, header.byteOffset, header.length);
  const end = octets.indexOf('\r\n\r\n');
  const section = end === -1 ? octets : octets.subarray(0, end + 2);
  if (section.length <= HEADER_OCTETS) return section;
  for (let cut = section.lastIndexOf('\r\n', HEADER_OCTETS); cut > 0; cut = section.lastIndexOf('\r\n', cut - 1)) {
    const next = section[cut + 2];
    if (next !== 32 && next !== 9) return section.subarray(0, cut + 2);
  }
  return new Uint8Array();
}
