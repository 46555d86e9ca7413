// Encodings of files from before MIME, which some readers still unpack wherever they meet them.

import { gunzipSync } from 'node:zlib';
import { decodeBase64 } from './base64.ts';

/** A file found in text. */
export interface TextFile {
  name: string;
  octets: Buffer;
}

/** Files in one text. */
export const MOST_FILES = 100;

/** uuencode, also of base64 (POSIX 1003.1): from `begin` to `end`, or as far as lines are data. */
export function uuencodedFiles(text: string): TextFile[] {
  const found: TextFile[] = [];
  for (const match of text.matchAll(
    /^([ \t>]{0,20})begin(-base64)?[ \t]+(?:[0-9]{2,8}|[rwx-]{3,9})[ \t]+([^\r\n]*)\r?\n/gim,
  )) {
    if (found.length >= MOST_FILES) break;
    const start = match.index + match[0].length;
    const name = (match[3] ?? '').replaceAll(/^[\s"']+|[\s"']+$/g, '');
    if (match[2] === undefined) {
      found.push({ name, octets: uudecode(text, start) });
      // Marks of quoting, and blanks that a mailer put before each line.
      const marks = match[1] ?? '';
      if (marks !== '') found.push({ name, octets: uudecode(text, start, marks) });
    } else {
      const data = text.slice(start, firstOf(text, start, ['\n====', '\nbegin']));
      found.push({ name, octets: decodeBase64(Buffer.from(data, 'latin1')) });
    }
  }
  return found;
}

/** Where the first of some marks stands; the end where there is none. */
function firstOf(text: string, start: number, marks: readonly string[]): number {
  return Math.min(...marks.map((mark) => text.indexOf(mark, start)).map((at) => (at < 0 ? text.length : at)));
}

/** Lines of uuencode from `start` on, with a `begin` line or without. */
export function uudecode(text: string, start = 0, marks = ''): Buffer {
  const pieces: Buffer[] = [];
  let at = start;
  while (at < text.length) {
    const lineEnd = text.indexOf('\n', at);
    const whole = text.slice(at, lineEnd < 0 ? undefined : lineEnd).replace(/\r$/, '');
    const line = whole.startsWith(marks) ? whole.slice(marks.length) : whole;
    at = lineEnd < 0 ? text.length : lineEnd + 1;
    if (/^end[ \t]*$/.test(line)) break;
    if (line === '') continue;
    if (/^[ \t]*begin[ \t]/.test(line)) break;
    pieces.push(uuLine(line));
  }
  return Buffer.concat(pieces);
}

function uuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 32) & 63;
  const octets = Buffer.alloc(length);
  for (let i = 0; i * 3 < length; i++) {
    let bits = 0;
    for (let j = 1; j <= 4; j++) bits = (bits << 6) | ((charAt(line, i * 4 + j) - 32) & 63);
    for (let j = 0; j < 3; j++) if (i * 3 + j < length) octets[i * 3 + j] = bits >> (16 - 8 * j);
  }
  return octets;
}

/** White space at the end may have been taken off on the way. */
function charAt(line: string, at: number): number {
  return at < line.length ? line.charCodeAt(at) : 32;
}

/** yEnc: octets shifted by 42. */
export function yencodedFiles(text: string): TextFile[] {
  const found: TextFile[] = [];
  for (const match of text.matchAll(/^=ybegin [^\r\n]*?name=([^\r\n]*)\r?\n(?:=ypart[^\r\n]*\r?\n)?/gm)) {
    if (found.length >= MOST_FILES) break;
    const start = match.index + match[0].length;
    const data = text.slice(start, firstOf(text, start, ['\n=yend', '\n=ybegin'])).replaceAll(/[\r\n]/g, '');
    const plain = data.replaceAll(/=([\s\S])|([^=])/g, (_, escaped: string | undefined, octet: string) =>
      String.fromCharCode(((escaped === undefined ? octet.charCodeAt(0) : escaped.charCodeAt(0) - 64) - 42) & 255),
    );
    found.push({ name: (match[1] ?? '').trim(), octets: Buffer.from(plain, 'latin1') });
  }
  return found;
}

const BINHEX = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
/** A run of one octet is 255 long at most. */
const MOST_BINHEX = 64 * 1024 * 1024;

/** BinHex 4.0 (RFC 1741): the data fork. */
export function binhexFiles(text: string): TextFile[] {
  return [...text.matchAll(/(?<=^|[\n:])[ \t\r\n]*:?([^:]{20,}):/g)]
    .slice(0, MOST_FILES)
    .flatMap(([, data = '']) => binhexFile(data));
}

function binhexFile(data: string): TextFile[] {
  if (!/^[!-r\s]+$/.test(data)) return [];
  const octets = unrun(sixBits(data.replaceAll(/\s/g, '')));
  const nameLength = octets[0] ?? 0;
  const header = 1 + nameLength + 1 + 4 + 4 + 2;
  if (octets.length < header + 10) return [];
  const length = octets.readUInt32BE(header);
  const start = header + 10;
  return [{ name: octets.toString('latin1', 1, 1 + nameLength), octets: octets.subarray(start, start + length) }];
}

function sixBits(text: string): Buffer {
  const values = Array.from(text, (char) => BINHEX.indexOf(char)).filter((value) => value >= 0);
  const octets = Buffer.alloc(Math.floor((values.length * 6) / 8));
  let bits = 0;
  let count = 0;
  let length = 0;
  for (const value of values) {
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    octets[length++] = bits >> count;
  }
  return octets.subarray(0, length);
}

/** 0x90 and a count repeat the octet before; a count of zero is 0x90 itself. */
function unrun(octets: Buffer): Buffer {
  const out: Buffer[] = [];
  let size = 0;
  let last = 0;
  for (let at = 0; at < octets.length && size < MOST_BINHEX; at++) {
    const octet = octets[at] ?? 0;
    const count = octet === 0x90 ? (octets[++at] ?? 0) : 1;
    const repeat = octet === 0x90 && count > 0 ? count - 1 : 1;
    if (octet !== 0x90) last = octet;
    else if (count === 0) last = 0x90;
    out.push(Buffer.alloc(repeat, last));
    size += repeat;
  }
  return Buffer.concat(out);
}

/** Base64 of gzip, which one library knows as an encoding; nothing where it is none. */
export function gunzipped(body: Buffer, most: number): Buffer | undefined {
  try {
    return gunzipSync(decodeBase64(body), { maxOutputLength: most });
  } catch {
    // No gzip: what it holds is not hidden that way.
    return undefined;
  }
}
