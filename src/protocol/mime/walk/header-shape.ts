// Whether all readers see the same fields in the header of a part (RFC 5322 2.2, RFC 7103 7).

import type { HeaderField, HeaderSection } from '../header.ts';

/** What a header looks like to readers that are not ours. */
export interface HeaderShape {
  /** Readers differ in where it ends, or in which lines are fields. */
  faulty: boolean;
  /** A field that says how to read the part is malformed. */
  malformedField: boolean;
}

/** The fields that say how to read a part. */
const DECIDING = new Set(['content-type', 'content-transfer-encoding', 'content-disposition', 'mime-version']);
const DECIDING_LETTERS = new Set([...DECIDING].map((name) => lettersOf(name)));
/** A folded line that some reader takes for a field of its own. Signatures list field names, without such values. */
const FOLDED_FIELD =
  /\n[ \t]+content-(?:type[ \t]*:[ \t]*[\w-]+\/|transfer-encoding[ \t]*:[ \t]*(?:base|quoted|7|8|bin|x-|uu)|disposition[ \t]*:[ \t]*(?:att|inl))/i;
const BLANK_LINE = /\n[ \t]+\r?\n/;
/** Longer lines are cut or refused by some readers (RFC 5322 2.1.1 allows 998). */
const LONGEST_LINE = 1500;

const MAILBOX_LINE = /^>{0,8}From /;

/** Past the lines of a mailbox file (RFC 4155), which readers skip; `start` where there are none. */
export function pastMailboxLines(octets: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && MAILBOX_LINE.test(octets.toString('latin1', at, Math.min(end, at + 14)))) {
    const line = octets.indexOf(0x0a, at);
    at = line < 0 ? end : Math.min(end, line + 1);
  }
  return at;
}

/** Looks at the lines of a header that begins at `start`. */
export function headerShape(section: HeaderSection, start: number): HeaderShape {
  const { octets, fields, end } = section;
  const first = octets[start];
  let faulty = (first === 0x20 || first === 0x09) && fields.length > 0;
  let malformedField = false;
  let decided = false;
  let at = start;
  for (const field of fields) {
    faulty = straysMatter(octets.toString('latin1', at, field.start), decided) || faulty;
    at = field.end;
    if (field.name.startsWith('--')) faulty = true;
    const deciding = DECIDING.has(field.name);
    decided ||= deciding;
    if (!deciding && DECIDING_LETTERS.has(lettersOf(field.name))) malformedField = true;
    if (deciding && malformed(octets, field)) malformedField = true;
    if (!folded(octets, field)) continue;
    const text = octets.toString('latin1', field.start, field.end);
    if (FOLDED_FIELD.test(text)) malformedField = true;
    // A line of white space alone is the empty line for some.
    if (decided && BLANK_LINE.test(text)) faulty = true;
  }
  faulty = straysMatter(octets.toString('latin1', at, end), decided) || faulty;
  return { faulty, malformedField };
}

/**
 * Whether lines that belong to no field make a difference. For some readers the header ends at them: then the body begins
 * there, in the encoding that stood above; where nothing stood above it is only text.
 */
function straysMatter(strays: string, decided: boolean): boolean {
  if (strays === '') return false;
  // A parameter whose folding got lost.
  if (/^(?:boundary|charset|format|type|report-type)="?[^\s"]+"?;?\r?\n$/i.test(strays)) return false;
  return decided || /(?:^|\n)--|content-(?:type|transfer|disposition)/i.test(strays);
}

/** RFC 5322 2.1.1. clamd reads 1,000 octets at a time, some servers fold there: what follows is a line of its own. */
const LINE_ALLOWED = 998;

/** Whether a field may hold, for some reader, a field of its own or the end of the header: folded, or in a line too long. */
export function hidesAField(octets: Buffer, field: HeaderField): boolean {
  const isLong = field.end - field.start > LINE_ALLOWED;
  if (!isLong && !folded(octets, field)) return false;
  const text = octets.toString('latin1', field.start, field.end);
  return FOLDED_FIELD.test(text) || BLANK_LINE.test(text) || (isLong && hasLongLine(text));
}

function hasLongLine(text: string): boolean {
  return text.split('\n').some((line) => line.length > LINE_ALLOWED);
}

/** White space before the colon, a second colon, or a line that is cut by some. */
function malformed(octets: Buffer, field: HeaderField): boolean {
  if (field.value - 1 - field.start !== field.name.length) return true;
  const text = octets.toString('latin1', field.value, field.end);
  return text.trimStart().startsWith(':') || text.split('\n').some((line) => line.length > LONGEST_LINE);
}

function folded(octets: Buffer, field: HeaderField): boolean {
  const line = octets.indexOf(0x0a, field.start);
  return line >= 0 && line + 1 < field.end;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}
