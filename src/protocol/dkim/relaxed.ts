// RFC 6376 3.4.2 and 3.4.4: the relaxed forms of a header field and of a body. Octets are kept as they are, eight-bit
// ones too: a text here is one character an octet.

import { createHash, type Hash } from 'node:crypto';
import { withoutSpaceAround } from './tag-list.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/**
 * RFC 6376 3.4.2: a field (name, colon, value; its last line end may be there or not) with its name in lower case,
 * unfolded, white space reduced; without a line end. JavaScript's trim would eat octets that are no white space here.
 */
export function relaxedField(field: string): string {
  const colon = field.indexOf(':');
  const name = withoutSpaceAround(field.slice(0, colon));
  const value = field
    .slice(colon + 1)
    .replaceAll(/[\r\n]+/g, '')
    .replaceAll(/[ \t]+/g, ' ');
  const from = value.startsWith(' ') ? 1 : 0;
  const to = value.endsWith(' ') ? value.length - 1 : value.length;
  return `${name.toLowerCase()}:${from >= to ? '' : value.slice(from, to)}`;
}

/** RFC 6376 3.4.1: the simple form is the field as it is, without its last line end. */
export function simpleField(field: string): string {
  return field.endsWith('\r\n') ? field.slice(0, -2) : field;
}

/** Takes a body in portions of any size, and gives the octets that count to a hash. */
export interface BodyCanonicaliser {
  update(octets: Uint8Array): void;
  end(): void;
}

/** RFC 6376 3.5: a hash of the body; `digest` ends it. */
export class BodyHash {
  readonly #hash: Hash;
  readonly #canonicaliser: BodyCanonicaliser;
  #left: number;

  /** `length` is the tag `l`: octets of the canonical body that count. */
  constructor(kind: 'relaxed' | 'simple' = 'relaxed', length = Infinity) {
    this.#hash = createHash('sha256');
    this.#left = length;
    const sink =
      length === Infinity
        ? (octets: Uint8Array) => void this.#hash.update(octets)
        : (octets: Uint8Array) => {
            if (this.#left > 0) this.#hash.update(octets.subarray(0, Math.min(this.#left, octets.length)));
            this.#left -= octets.length;
          };
    this.#canonicaliser = kind === 'relaxed' ? new RelaxedBody(sink) : new SimpleBody(sink);
  }

  /** After `digest`: octets of the body stand behind those that count, and anybody may have put them there. */
  get uncovered(): boolean {
    return this.#left < 0;
  }

  /** After `digest`: `length` counts octets that are not there. */
  get tooShort(): boolean {
    return this.#left > 0 && this.#left !== Infinity;
  }

  update(octets: Uint8Array): void {
    this.#canonicaliser.update(octets);
  }

  /** The hash in base64. */
  digest(): string {
    this.#canonicaliser.end();
    return this.#hash.digest('base64');
  }
}

/** Canonical octets are collected here before they are hashed; what is in it never outlives one call. */
const SCRATCH = Buffer.allocUnsafeSlow(64 * 1024);
/** Above this the scratch buffer is emptied: one octet of input becomes four at most. */
const FULL = SCRATCH.length - 4;
const BLANK_LINES = Buffer.from('\r\n'.repeat(4096), 'latin1');

type Sink = (octets: Uint8Array) => void;

/** Line ends that are not yet known to be followed by anything: RFC 6376 3.4.3 and 3.4.4 drop those at the end. */
function emitLineEnds(count: number, sink: Sink): void {
  let left = count * 2;
  while (left > 0) {
    const now = Math.min(left, BLANK_LINES.length);
    sink(BLANK_LINES.subarray(0, now));
    left -= now;
  }
}

/** Below this the search for runs of white space costs more than it saves. */
const WORTH_A_LOOK = 256;

/** Whether the relaxed form of a text that neither begins nor ends with white space is the text itself. */
function isReduced(text: Buffer): boolean {
  return !text.includes('  ') && !text.includes(TAB) && !text.includes(' \r');
}

function isWhite(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB || octet === CR || octet === LF;
}

function textFrom(bytes: Buffer): number {
  let from = 0;
  while (from < bytes.length && isWhite(bytes[from])) from++;
  return from;
}

function textTo(bytes: Buffer): number {
  let to = bytes.length;
  while (to > 0 && isWhite(bytes[to - 1])) to--;
  return to;
}

/** RFC 6376 3.4.4. */
class RelaxedBody implements BodyCanonicaliser {
  readonly #sink: Sink;
  /** White space, line ends and a carriage return that were read, of which it depends on what follows. */
  #space = false;
  #lineEnds = 0;
  #return = false;
  #any = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  update(octets: Uint8Array): void {
    const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
    const from = textFrom(bytes);
    const to = textTo(bytes);
    const text = bytes.subarray(from, to);
    if (text.length < WORTH_A_LOOK || !isReduced(text)) return this.#reduce(bytes);
    this.#reduce(bytes.subarray(0, from));
    this.#flush(this.#given());
    this.#any = true;
    this.#sink(text);
    return this.#reduce(bytes.subarray(to));
  }

  /** What waited, in the scratch buffer: text follows. */
  #given(): number {
    let used = this.#before(0, this.#lineEnds, this.#space);
    if (this.#return) SCRATCH[used++] = CR;
    this.#lineEnds = 0;
    this.#space = false;
    this.#return = false;
    return used;
  }

  #reduce(octets: Uint8Array): void {
    let used = 0;
    let space = this.#space;
    let lineEnds = this.#lineEnds;
    let pendingReturn = this.#return;
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at] as number;
      if (pendingReturn) {
        pendingReturn = false;
        if (octet === LF) {
          lineEnds++;
          space = false;
          continue;
        }
        // A carriage return that ends no line is an octet like others; accepted content has none.
        used = this.#before(used, lineEnds, space);
        lineEnds = 0;
        space = false;
        SCRATCH[used++] = CR;
      }
      if (octet === SPACE || octet === TAB) {
        space = true;
      } else if (octet === CR) {
        pendingReturn = true;
      } else {
        if (lineEnds > 0 || space || used > FULL) used = this.#before(used, lineEnds, space);
        lineEnds = 0;
        space = false;
        SCRATCH[used++] = octet;
      }
    }
    this.#space = space;
    this.#lineEnds = lineEnds;
    this.#return = pendingReturn;
    this.#flush(used);
  }

  end(): void {
    if (this.#return) this.#flush(this.#given());
    // RFC 6376 3.4.4: a body that is not empty ends with one line end; an empty one stays empty.
    if (this.#any) this.#sink(BLANK_LINES.subarray(0, 2));
  }

  /** What waited, now that more of the body follows; leaves room for an octet. */
  #before(used: number, lineEnds: number, space: boolean): number {
    let next = used > FULL ? this.#flush(used) : used;
    if (lineEnds === 1) {
      SCRATCH[next++] = CR;
      SCRATCH[next++] = LF;
    } else if (lineEnds > 1) {
      next = this.#flush(next);
      this.#any = true;
      emitLineEnds(lineEnds, this.#sink);
    }
    if (space) SCRATCH[next++] = SPACE;
    return next;
  }

  #flush(used: number): 0 {
    if (used > 0) {
      this.#any = true;
      this.#sink(SCRATCH.subarray(0, used));
    }
    return 0;
  }
}

/** RFC 6376 3.4.3. */
class SimpleBody implements BodyCanonicaliser {
  readonly #sink: Sink;
  #lineEnds = 0;
  #carriageReturn = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  update(octets: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at];
      if (octet === LF && this.#carriageReturn) {
        this.#carriageReturn = false;
        this.#lineEnds++;
        from = at + 1;
        continue;
      }
      if (this.#carriageReturn) {
        this.#pending();
        this.#sink(BLANK_LINES.subarray(0, 1));
        this.#carriageReturn = false;
        from = at;
      }
      if (octet === CR) {
        if (at > from) this.#text(octets.subarray(from, at));
        this.#carriageReturn = true;
        from = at + 1;
      }
    }
    if (!this.#carriageReturn && from < octets.length) this.#text(octets.subarray(from));
  }

  end(): void {
    if (this.#carriageReturn) {
      this.#pending();
      this.#sink(BLANK_LINES.subarray(0, 1));
    }
    // RFC 6376 3.4.3: also an empty body is one line end.
    this.#sink(BLANK_LINES.subarray(0, 2));
  }

  #text(octets: Uint8Array): void {
    this.#pending();
    this.#sink(octets);
  }

  #pending(): void {
    if (this.#lineEnds > 0) emitLineEnds(this.#lineEnds, this.#sink);
    this.#lineEnds = 0;
  }
}

/** The fields of a header section as texts of one character an octet, line ends included; all up to the empty line. */
export function fieldTexts(header: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < header.length) {
    const lineFeed = header.indexOf('\n', at);
    const end = lineFeed < 0 ? header.length : lineFeed + 1;
    const first = header.charCodeAt(at);
    if (first === LF || (first === CR && header.charCodeAt(at + 1) === LF)) break;
    if ((first === SPACE || first === TAB) && fields.length > 0) fields[fields.length - 1] += header.slice(at, end);
    else fields.push(header.slice(at, end));
    at = end;
  }
  return fields;
}

/** Lower-case name of a field's text; empty where it has none. */
export function fieldNameOf(field: string): string {
  let colon = 0;
  while (colon < field.length && field.charCodeAt(colon) !== COLON) colon++;
  if (colon === field.length) return '';
  return withoutSpaceAround(field.slice(0, colon)).toLowerCase();
}
