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

const BEGIN = /^([ \t>]{0,20})begin(-base64(?:-encoded)?)?(?:[ \t]+([^\r\n]*))?\r?\n/gim;
/** The mode, which some leave out, and the name. */
const MODE_AND_NAME = /^(?:[0-9]{1,8}|[rwx-]{3,9})(?:[ \t]+(.*))?$/i;

/** uuencode, also of base64 (POSIX 1003.1): from `begin` to `end`, or as far as lines are data. */
export function uuencodedFiles(text: string): TextFile[] {
  const found: TextFile[] = [];
  for (const match of text.matchAll(BEGIN)) {
    if (found.length >= MOST_FILES) break;
    const start = match.index + match[0].length;
    const [, marks = '', base64, rest = ''] = match;
    const said = MODE_AND_NAME.exec(rest);
    // A sentence may begin with that word: data has to follow.
    if (base64 === undefined && said?.[1] === undefined && !isUuLine(lineAt(text, start).slice(marks.length))) continue;
    const name = (said === null ? rest : (said[1] ?? '')).replaceAll(/^[\s"']+|[\s"']+$/g, '');
    if (base64 === undefined) {
      found.push({ name, octets: uudecode(text, start) });
      // Marks of quoting, and blanks that a mailer put before each line.
      if (marks !== '') found.push({ name, octets: uudecode(text, start, { marks }) });
      const strict = uudecode(text, start, { marks, strict: true });
      if (strict.length > 0 && found.at(-1)?.octets.equals(strict) !== true) found.push({ name, octets: strict });
    } else {
      const data = text.slice(start, firstOf(text, start, ['\n====', '\nbegin']));
      found.push({ name, octets: decodeBase64(Buffer.from(data, 'latin1')) });
    }
  }
  return found;
}

function lineAt(text: string, start: number): string {
  return /^[^\r\n]*/.exec(text.slice(start, start + 200))?.[0] ?? '';
}

/** As long as its first character says; a sum may stand behind, and blanks may be gone. */
function isUuLine(line: string): boolean {
  const length = (line.charCodeAt(0) - 32) & 63;
  const expected = 1 + Math.ceil(length / 3) * 4;
  return length > 0 && /^[ -`]+$/.test(line) && line.length <= expected + 1 && line.length >= expected - 2;
}

/** Where the first of some marks stands; the end where there is none. */
function firstOf(text: string, start: number, marks: readonly string[]): number {
  return Math.min(...marks.map((mark) => text.indexOf(mark, start)).map((at) => (at < 0 ? text.length : at)));
}

/** Lines of uuencode from `start` on, with a `begin` line or without; `strict`: only those as long as they say. */
export function uudecode(text: string, start = 0, { marks = '', strict = false } = {}): Buffer {
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
    if (!strict || isUuLine(line)) pieces.push(uuLine(line));
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

const YBEGIN = /^=ybegin\b[^\r\n]*\r?\n(?:=ypart[^\r\n]*\r?\n)?/gim;

/** yEnc: octets shifted by 42; the pieces of one file also put together. */
export function yencodedFiles(text: string): TextFile[] {
  const found: TextFile[] = [];
  const pieces: TextFile[] = [];
  for (const match of text.matchAll(YBEGIN)) {
    if (found.length >= MOST_FILES) break;
    const start = match.index + match[0].length;
    const name = (/name=([^\r\n]*)/i.exec(match[0])?.[1] ?? '').trim();
    const end = /\n=y(?:end|begin)/gi;
    end.lastIndex = start;
    const octets = ydecode(Buffer.from(text.slice(start, end.exec(text)?.index), 'latin1'));
    found.push({ name, octets });
    if (/\bpart=/i.test(match[0])) pieces.push({ name, octets });
  }
  const [first] = pieces;
  if (first !== undefined && pieces.length > 1)
    found.push({ name: first.name, octets: Buffer.concat(pieces.map(({ octets }) => octets)) });
  return found;
}

/** In place. */
function ydecode(data: Buffer): Buffer {
  let length = 0;
  for (let at = 0; at < data.length; at++) {
    const octet = data[at] ?? 0;
    if (octet === 0x0d || octet === 0x0a) continue;
    data[length++] = octet === 0x3d ? (data[++at] ?? 0) - 64 - 42 : octet - 42;
  }
  return data.subarray(0, length);
}

const BINHEX = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
/** A run of one octet is 255 long at most. */
const MOST_BINHEX = 64 * 1024 * 1024;

const BINHEX_VALUES = new Int8Array(256).fill(-1);
for (const [value, octet] of Buffer.from(BINHEX).entries()) BINHEX_VALUES[octet] = value;
/** Fewer characters hold no header. */
const FEWEST_BINHEX = 20;

/** BinHex 4.0 (RFC 1741): the data forks of what stands between colons, or behind the last. */
export function binhexFiles(text: string): TextFile[] {
  const found: TextFile[] = [];
  for (let start = 0; start < text.length && found.length < MOST_FILES; ) {
    const colon = text.indexOf(':', start);
    const end = colon < 0 ? text.length : colon;
    if (end - start >= FEWEST_BINHEX) found.push(...binhexFile(text.slice(start, end)));
    start = end + 1;
  }
  return found;
}

function binhexFile(data: string): TextFile[] {
  if (!/^[!-r\s]+$/.test(data)) return [];
  const octets = unrun(sixBits(data));
  const nameLength = octets[0] ?? 0;
  const header = 1 + nameLength + 1 + 4 + 4 + 2;
  if (octets.length < header + 10) return [];
  const length = octets.readUInt32BE(header);
  const start = header + 10;
  return [{ name: octets.toString('latin1', 1, 1 + nameLength), octets: octets.subarray(start, start + length) }];
}

function sixBits(text: string): Buffer {
  const octets = Buffer.alloc(Math.floor((text.length * 6) / 8));
  let bits = 0;
  let count = 0;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const value = BINHEX_VALUES[text.charCodeAt(at)] ?? -1;
    if (value < 0) continue;
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
  if (!octets.includes(0x90)) return octets;
  const out = Buffer.alloc(Math.min(MOST_BINHEX, runLength(octets)));
  let size = 0;
  let last = 0;
  for (let at = 0; at < octets.length && size < out.length; at++) {
    const octet = octets[at] ?? 0;
    const count = octet === 0x90 ? (octets[++at] ?? 0) : 1;
    const repeat = octet === 0x90 && count > 0 ? count - 1 : 1;
    if (octet !== 0x90) last = octet;
    else if (count === 0) last = 0x90;
    out.fill(last, size, size + repeat);
    size += repeat;
  }
  return out;
}

function runLength(octets: Buffer): number {
  let size = 0;
  for (let at = 0; at < octets.length; at++) {
    const count = octets[at] === 0x90 ? (octets[++at] ?? 0) : 0;
    size += count > 0 ? count - 1 : 1;
  }
  return size;
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
