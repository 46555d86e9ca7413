// RFC 2046 5.1.1: the lines between the parts of a multipart, and those that only some readers take for one.

import type { Span } from './tree.ts';

export interface Delimiter {
  /** Where the part before it ends: before the line end that belongs to the delimiter. */
  before: number;
  /** Where its line begins. */
  at: number;
  /** Where the part behind it begins. */
  after: number;
  /** With the two hyphens of the end. */
  last: boolean;
}

/** A line that begins with two hyphens, perhaps behind white space. */
export interface DashLine {
  at: number;
  after: number;
  /** Without white space at its end; cut. */
  text: string;
  indented: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
/** More lines of this kind are looked at no further; past them the content counts as over the limit. */
export const MOST_DASH_LINES = 50_000;
/** Of a line; no boundary is longer. */
const LONGEST = 400;

/** All lines that begin with two hyphens, in order. */
export function dashLines(source: Buffer): DashLine[] {
  const found: DashLine[] = [];
  for (let at = source.indexOf('--'); at >= 0 && found.length < MOST_DASH_LINES; ) {
    const start = lineStart(source, at);
    if (start < 0) {
      at = source.indexOf('--', at + 2);
      continue;
    }
    const after = pastLine(source, at);
    const text = source.toString('latin1', at, Math.min(after, at + LONGEST)).replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');
    found.push({ at, after, text, indented: start !== at });
    at = source.indexOf('--', after);
  }
  return found;
}

function pastLine(source: Buffer, at: number): number {
  const end = source.indexOf(LF, at);
  return end < 0 ? source.length : end + 1;
}

/** Where the line begins, if nothing but white space and control characters stands before; else -1. */
function lineStart(source: Buffer, at: number): number {
  let start = at;
  while (start > 0 && source[start - 1] !== LF) {
    if ((source[start - 1] ?? 0) > 0x20) return -1;
    start--;
  }
  return start;
}

/** What is found of one boundary within a span. */
export interface Delimiters {
  lines: Delimiter[];
  /** Lines that only some readers take for the boundary. */
  doubtful: DashLine[];
  /** The boundary stands in the middle of a line, and fields follow. */
  inside: boolean;
}

/** All lines of a boundary within a span; none where it is empty. `cut`: what some readers take for the boundary. */
export function delimiters(
  source: Buffer,
  dashes: readonly DashLine[],
  span: Span,
  boundary: { value: string; cut: string },
): Delimiters {
  const found: Delimiter[] = [];
  if (boundary.value === '') return { lines: found, doubtful: [], inside: false };
  const mark = `--${boundary.value}`;
  const begin = `--${boundary.cut}`.toLowerCase();
  const doubtful: DashLine[] = [];
  for (const line of within(dashes, span)) {
    if (!line.text.toLowerCase().startsWith(begin)) continue;
    const rest = line.text.slice(mark.length);
    const same = line.text.startsWith(mark) && (rest === '' || rest === '--');
    if (same && !line.indented) {
      const before = Math.max(span.start, lineEndBefore(source, line.at));
      found.push({ before, at: line.at, after: Math.min(line.after, span.end), last: rest === '--' });
    } else doubtful.push(line);
  }
  return { lines: found, doubtful, inside: insideLines(source, span, mark) };
}

/** The boundary in the middle of a line. */
function insideLines(source: Buffer, span: Span, mark: string): boolean {
  const octets = Buffer.from(mark, 'latin1');
  let after = -1;
  for (let at = source.indexOf(octets, span.start); at >= 0 && at < span.end; at = source.indexOf(octets, at + 1)) {
    // Many in one line say no more than one, and cost no more.
    if (at < after || lineStart(source, at) >= 0) continue;
    after = pastLine(source, at);
    if (headerFollows(source, { at, after, text: mark, indented: false }, span.end)) return true;
  }
  return false;
}

/** The lines that begin within a span. */
export function* within(dashes: readonly DashLine[], span: Span): Generator<DashLine> {
  let low = 0;
  let high = dashes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((dashes[middle]?.at ?? 0) < span.start) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < dashes.length; index++) {
    const line = dashes[index];
    if (line === undefined || line.at >= span.end) return;
    yield line;
  }
}

function lineEndBefore(source: Buffer, at: number): number {
  if (source[at - 1] !== LF) return at;
  return source[at - 2] === CR ? at - 2 : at - 1;
}

/** A delimiter as it stands, whatever its boundary: for what nobody declared. */
export function tokenOf(line: DashLine): string {
  return line.text.slice(2).replace(/--$/, '').trim();
}

/** A field that says how to read a part. */
export const FIELD = /^content-(?:type|transfer-encoding|disposition)[ \t]*:/im;
/** Octets of a header that may follow a line. */
export const HEAD = 600;

/** Whether a header that says how to read a part follows a line directly. */
export function headerFollows(source: Buffer, line: DashLine, end: number): boolean {
  const head = source.toString('latin1', line.after, Math.min(end, line.after + HEAD));
  const stop = /^\s*$/m.exec(head.trimStart());
  return FIELD.test(stop === null ? head : head.trimStart().slice(0, stop.index));
}

/** Whether a line is only hyphens, as under a heading or above a signature. */
export function isRule(line: DashLine): boolean {
  return /^-+$/.test(line.text);
}
