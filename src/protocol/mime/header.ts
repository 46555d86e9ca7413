// RFC 5322 2.2: the header section of a message as fields with their place, read without changing an octet. Editing
// leaves every other octet as it was.

import { decodeWords } from './encoded-word.ts';

export interface HeaderField {
  /** Lower case. */
  name: string;
  /** Octets of the field: first of its name, past the colon, past its last line end. */
  start: number;
  value: number;
  end: number;
}

export interface HeaderSection {
  octets: Buffer;
  fields: HeaderField[];
  /** Where the empty line begins; the length of the octets where there is none. */
  end: number;
  /** Lines that belong to no field. Receivers differ in what they make of the lines after one. */
  strayLines: number;
}

/** One change; a replacement is whole fields with their line ends. */
export type HeaderEdit =
  | { kind: 'remove'; field: HeaderField }
  | { kind: 'replace'; field: HeaderField; octets: Buffer };

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
// RFC 5322 2.2: printable ASCII but the colon. RFC 5322 4.5: white space before the colon is obsolete, but read.
const FIELD_NAME = /^[\x21-\x39\x3b-\x7e]+[ \t]*$/;
/** A longer name is no field of anyone's; keeps a long stray line from being copied. */
const MAX_NAME = 200;

/**
 * Finds the fields, from `start` on. All lines up to the empty line count, also those after a stray one: a receiver that
 * reads on would see them too.
 */
export function parseHeader(octets: Buffer, start = 0): HeaderSection {
  const fields: HeaderField[] = [];
  let strayLines = 0;
  let open: HeaderField | undefined;
  let at = start;
  while (at < octets.length) {
    const end = lineEnd(octets, at);
    const first = octets[at];
    if (first === LF || (first === CR && octets[at + 1] === LF)) break;
    if (first === 0x20 || first === 0x09) {
      // RFC 5322 2.2.3: a line that begins with white space goes on with the field before it.
      if (open === undefined) strayLines++;
      else open.end = end;
    } else {
      open = fieldAt(octets, at, end);
      if (open === undefined) strayLines++;
      else fields.push(open);
    }
    at = end;
  }
  return { octets, fields, end: at, strayLines };
}

function fieldAt(octets: Buffer, start: number, end: number): HeaderField | undefined {
  // Not by indexOf: it would look through all that follows, once for each line without a colon.
  const last = Math.min(end, start + MAX_NAME + 1);
  let colon = start;
  while (colon < last && octets[colon] !== COLON) colon++;
  if (colon === last) return undefined;
  const name = octets.toString('latin1', start, colon);
  if (!FIELD_NAME.test(name)) return undefined;
  return { name: name.trimEnd().toLowerCase(), start, value: colon + 1, end };
}

/** RFC 4155: the line between messages in a mailbox file, perhaps quoted; it is no part of a message. */
const MAILBOX_LINE = /^>*From /;
/** Quoted more often it is a line of text. */
const MAILBOX_LINE_OCTETS = 16;

/** A header as every receiver will read it, once the edits are made. */
export interface OpenedHeader {
  header: HeaderSection;
  edits: HeaderEdit[];
}

/**
 * Reads how the content begins, so that all receivers see the same header (RFC 5322 2.1: fields, an empty line, the
 * body).
 *
 * - A first line that begins with white space would go on with the field that a relay puts on top (RFC 5322 2.2.3), and
 *   what it says is hidden: `undefined`, such a message is to be refused.
 * - A line of a mailbox file (`From ann Mon …`) on top is taken off.
 * - A first line that is no field is the body of a message without a header: the empty line that is missing is put in,
 *   as mail servers do. What follows that looks like fields is body then, for everyone.
 */
export function openHeader(octets: Buffer): OpenedHeader | undefined {
  const edits: HeaderEdit[] = [];
  let start = 0;
  while (MAILBOX_LINE.test(octets.toString('latin1', start, start + MAILBOX_LINE_OCTETS))) {
    const end = lineEnd(octets, start);
    edits.push({ kind: 'remove', field: { name: '', start, value: start, end } });
    start = end;
  }
  const first = octets[start];
  if (first === 0x20 || first === 0x09) return undefined;
  const begins =
    first === undefined || first === CR || first === LF || fieldAt(octets, start, lineEnd(octets, start)) !== undefined;
  if (begins) return { header: parseHeader(octets, start), edits };
  const place = { name: '', start, value: start, end: start };
  edits.push({ kind: 'replace', field: place, octets: Buffer.from('\r\n') });
  return { header: { octets, fields: [], end: start, strayLines: 0 }, edits };
}

function lineEnd(octets: Buffer, start: number): number {
  const lineFeed = octets.indexOf(LF, start);
  return lineFeed < 0 ? octets.length : lineFeed + 1;
}

/** All fields of a name (lower case), in order. */
export function fieldsNamed(header: HeaderSection, name: string): HeaderField[] {
  return header.fields.filter((field) => field.name === name);
}

/** Value of a field as text: unfolded (RFC 5322 2.2.3), white space around it taken off. */
export function fieldText(header: HeaderSection, field: HeaderField): string {
  const text = header.octets.toString('utf8', field.value, field.end);
  return text.replaceAll(/\r?\n/g, '').trim();
}

/** Value of the first field of a name. */
export function firstText(header: HeaderSection, name: string): string | undefined {
  const field = header.fields.find((one) => one.name === name);
  return field === undefined ? undefined : fieldText(header, field);
}

/** RFC 5322 3.6.4: the Message-ID without its brackets. */
export function messageIdOf(header: HeaderSection): string | undefined {
  const text = firstText(header, 'message-id');
  if (text === undefined) return undefined;
  return /<([^<>]+)>/.exec(text)?.[1]?.trim() ?? (text === '' ? undefined : text);
}

/** The subject in plain text (RFC 2047). */
export function subjectOf(header: HeaderSection): string | undefined {
  const text = firstText(header, 'subject');
  return text === undefined ? undefined : decodeWords(text);
}

/** Number of Received fields: one a hop. */
export function countHops(header: HeaderSection): number {
  let hops = 0;
  for (const field of header.fields) if (field.name === 'received') hops++;
  return hops;
}

/** The octets with the edits made; without edits the very same buffer. */
export function editHeader(octets: Buffer, edits: readonly HeaderEdit[]): Buffer {
  if (edits.length === 0) return octets;
  const parts: Buffer[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.field.start - b.field.start)) {
    if (edit.field.start < at) continue; // the same field twice: the first edit counts
    parts.push(octets.subarray(at, edit.field.start));
    if (edit.kind === 'replace') parts.push(edit.octets);
    at = edit.field.end;
  }
  parts.push(octets.subarray(at));
  return Buffer.concat(parts);
}
