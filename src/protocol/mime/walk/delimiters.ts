// RFC 2046 5.1.1: the lines between the parts of a multipart.

import type { Span } from './tree.ts';

export interface Delimiter {
  /** Where the part before it ends: before the line end that belongs to the delimiter. */
  before: number;
  /** Where the part behind it begins. */
  after: number;
  /** With the two hyphens of the end. */
  last: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const HYPHEN = 0x2d;

/** All lines of a boundary within a span; none where the boundary is empty. */
export function delimiters(source: Buffer, span: Span, boundary: string): Delimiter[] {
  const found: Delimiter[] = [];
  if (boundary === '') return found;
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  for (let at = source.indexOf(mark, span.start); at >= 0 && at < span.end; at = source.indexOf(mark, at + 1)) {
    if (at > span.start && source[at - 1] !== LF) continue;
    let behind = at + mark.length;
    const last = source[behind] === HYPHEN && source[behind + 1] === HYPHEN;
    if (last) behind += 2;
    while (source[behind] === 0x20 || source[behind] === 0x09) behind++;
    if (behind < span.end && source[behind] !== LF && source[behind] !== CR) continue;
    const lineEnd = source.indexOf(LF, behind);
    const after = lineEnd < 0 ? span.end : Math.min(span.end, lineEnd + 1);
    found.push({ before: Math.max(span.start, lineEndBefore(source, at)), after, last });
  }
  return found;
}

function lineEndBefore(source: Buffer, at: number): number {
  return source[at - 2] === CR ? at - 2 : at - 1;
}
