// The parts of a whole mail in memory (RFC 2045, RFC 2046), for reading what others sent: forgiving, bounded in number
// and depth, never throwing. It changes nothing and is no base for editing.

import { decodeWords } from './encoded-word.ts';
import { firstText, type HeaderSection, parseHeader } from './header.ts';
import { parseMimeValue } from './parameters.ts';

/** A part that holds no other parts. A message inside of the mail (`message/rfc822`) is a part, not looked into. */
export interface MimePart {
  header: HeaderSection;
  /** Lower case; `text/plain` where nothing was said. */
  type: string;
  parameters: ReadonlyMap<string, string>;
  /** Octets as they stand in the mail. */
  body: Buffer;
  /** Type of the multipart around it; empty for the mail itself. */
  within: string;
}

const MOST_PARTS = 60;
const DEEPEST = 6;

/** The mail's own header and its parts, in order. */
export function readParts(content: Uint8Array): { header: HeaderSection; parts: MimePart[] } {
  const octets = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const parts: MimePart[] = [];
  const header = addParts(octets, parts, { within: '', depth: 0 });
  return { header, parts };
}

function addParts(octets: Buffer, parts: MimePart[], place: { within: string; depth: number }): HeaderSection {
  const header = parseHeader(octets);
  const body = octets.subarray(bodyStart(octets, header.end));
  const { value, parameters } = parseMimeValue(firstText(header, 'content-type') ?? '');
  const type = value.includes('/') ? value : 'text/plain'; // RFC 2045 5.2
  const inner = type.startsWith('multipart/') && place.depth < DEEPEST ? partsOf(body, parameters.get('boundary')) : [];
  if (inner.length === 0) {
    // A multipart whose parts cannot be told apart is read as the text it is.
    const leaf = type.startsWith('multipart/') ? 'text/plain' : type;
    parts.push({ header, type: leaf, parameters, body, within: place.within });
    return header;
  }
  for (const one of inner) {
    if (parts.length >= MOST_PARTS) break;
    addParts(one, parts, { within: type, depth: place.depth + 1 });
  }
  return header;
}

function bodyStart(octets: Buffer, end: number): number {
  if (octets[end] === 0x0d) return end + 2;
  return octets[end] === 0x0a ? end + 1 : end;
}

function partsOf(body: Buffer, boundary: string | undefined): Buffer[] {
  const named = boundary === undefined ? [] : splitAt(body, boundary);
  if (named.length > 0) return named;
  // The header lost its boundary, or has a wrong one, on the way: the first line that looks like one is taken.
  const first = /^--(\S[^\r\n]{2,69})\r?$/m.exec(body.toString('latin1', 0, 4096))?.[1];
  return first === undefined ? [] : splitAt(body, first.trimEnd());
}

/** RFC 2046 5.1.1: what stands between the lines of the boundary; the last part may lack its end. */
function splitAt(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`, 'utf8');
  const found: Buffer[] = [];
  let start = -1;
  for (let at = body.indexOf(mark); at >= 0 && found.length < MOST_PARTS; at = body.indexOf(mark, at + 1)) {
    if ((at > 0 && body[at - 1] !== 0x0a) || !endsLine(body, at + mark.length)) continue;
    if (start >= 0) found.push(body.subarray(start, lineEndBefore(body, at)));
    const after = at + mark.length;
    const line = body.indexOf(0x0a, after);
    start = line < 0 ? body.length : line + 1;
    if (body[after] === 0x2d && body[after + 1] === 0x2d) return found;
  }
  if (start >= 0) found.push(body.subarray(start));
  return found;
}

/** RFC 2046 5.1.1: behind the boundary only the two hyphens of the last one, and white space. */
function endsLine(body: Buffer, start: number): boolean {
  let at = body[start] === 0x2d && body[start + 1] === 0x2d ? start + 2 : start;
  while (body[at] === 0x20 || body[at] === 0x09) at++;
  return at >= body.length || body[at] === 0x0a || body[at] === 0x0d;
}

/** RFC 2046 5.1.1: the line end before a boundary belongs to the boundary. */
function lineEndBefore(body: Buffer, at: number): number {
  if (at > 1 && body[at - 2] === 0x0d) return at - 2;
  return Math.max(0, at - 1);
}

/** The content of a part, its transfer encoding undone (RFC 2045 6). */
export function decodedBody(part: MimePart): Buffer {
  const encoding = firstText(part.header, 'content-transfer-encoding')?.toLowerCase() ?? '';
  if (encoding.startsWith('base64')) return Buffer.from(part.body.toString('latin1'), 'base64');
  return encoding.startsWith('quoted-printable') ? decodeQuotedPrintable(part.body) : part.body;
}

/** The content of a part as text with plain line feeds. An unknown charset is read as Latin-1. */
export function textOf(part: MimePart): string {
  const octets = decodedBody(part);
  return decodeCharset(octets, part.parameters.get('charset')).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}

/** Text of octets in a charset. Without one, or with one that does not fit: UTF-8, else Latin-1. */
function decodeCharset(octets: Buffer, charset: string | undefined): string {
  const label = charset === undefined || /^us-ascii$/i.test(charset) ? 'utf-8' : charset;
  try {
    return new TextDecoder(label, { fatal: true }).decode(octets);
  } catch {
    // Not a charset that is known, or not what the octets are in: something is better shown than nothing.
    return octets.toString('latin1');
  }
}

/** Of a field for people, characters that are decoded. */
const LONGEST_FIELD = 4000;

/** A header field as text for people, encoded words decoded. */
export function headerText(header: HeaderSection, name: string): string {
  return decodeWords((firstText(header, name) ?? '').slice(0, LONGEST_FIELD));
}

/** RFC 2045 6.7; what is not valid stays as it is. */
export function decodeQuotedPrintable(octets: Buffer): Buffer {
  const result = Buffer.alloc(octets.length);
  let length = 0;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0;
    if (octet !== 0x3d) {
      result[length++] = octet;
      continue;
    }
    const soft = softBreak(octets, at + 1);
    const high = hexDigit(octets[at + 1]);
    const low = hexDigit(octets[at + 2]);
    if (soft > 0) {
      at += soft;
    } else if (high >= 0 && low >= 0) {
      result[length++] = high * 16 + low;
      at += 2;
    } else {
      result[length++] = octet;
    }
  }
  return result.subarray(0, length);
}

/** Octets up to and with the line end, where only white space stands before it; 0 where it is no soft break. */
function softBreak(octets: Buffer, start: number): number {
  let at = start;
  while (octets[at] === 0x20 || octets[at] === 0x09) at++;
  if (octets[at] === 0x0d && octets[at + 1] === 0x0a) return at + 2 - start;
  return octets[at] === 0x0a ? at + 1 - start : 0;
}

function hexDigit(octet: number | undefined): number {
  if (octet === undefined) return -1;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
