// RFC 5321 4.5.2 and 2.3.8: reads the octets of a message as they come. Finds the true end of DATA, takes off doubled
// dots, and notices every bare CR, bare LF and NUL, so that nobody downstream can find another end than we did.
//
// A state machine over octets. Once a fault was seen the content is lost, but the search for the true end goes on with
// the same rules: only CR LF . CR LF ends DATA, a bare LF begins no line.

const NUL = 0;
const LF = 10;
const CR = 13;
const DOT = 46;

const LINE_START = 0;
const TEXT = 1;
const CR_SEEN = 2;
/** A dot at the beginning of a line: taken off, or the end. */
const DOT_SEEN = 3;
const DOT_CR_SEEN = 4;
type State = typeof LINE_START | typeof TEXT | typeof CR_SEEN | typeof DOT_SEEN | typeof DOT_CR_SEEN;

export type ContentFault = 'line-end' | 'line-length';

export class ContentScanner {
  /** DATA is read up to its dot; BDAT has no dots to look for. */
  readonly #dots: boolean;
  readonly #longestLine: number;
  #state: State = LINE_START;
  /** Octets of the current line that came in earlier buffers. */
  #lineBefore = 0;
  #emptyLineSeen = false;

  /** Why the content cannot be taken; the first fault of its kind, `line-end` before `line-length`. */
  fault: ContentFault | undefined = undefined;
  /** True once the end of DATA was read. */
  ended = false;
  /** After `scan`: the content lies in the buffer from where the scan began up to here, doubled dots taken off. */
  contentEnd = 0;
  /** After `scan`: index behind the first empty line of the content if it ended in this buffer, else -1. */
  headerEnd = -1;

  constructor(options: { dots: boolean; longestLine: number }) {
    this.#dots = options.dots;
    this.#longestLine = options.longestLine;
  }

  /** True where the content read so far ends with CR LF, or there is none. */
  get atLineStart(): boolean {
    return this.#state === LINE_START;
  }

  /**
   * Reads `buffer` from `start` to `end`, or to the end of DATA, and returns the index behind the last octet read. The
   * buffer is changed in place: doubled dots are closed up, so that the content stays in one piece.
   */
  scan(buffer: Uint8Array, start: number, end: number): number {
    let state = this.#state;
    let lineBegin = start - this.#lineBefore;
    let written = start; // Content up to here is in its place …
    let kept = start; // … and what is kept goes on here.
    let i = start;
    this.headerEnd = -1;
    for (; i < end && !this.ended; i++) {
      if (state === TEXT) {
        i = skipText(buffer, i, end);
        if (i === end) break;
      }
      const octet = buffer[i] as number;
      if (octet === LF && state === CR_SEEN) {
        this.#endOfLine(i - 1 - lineBegin, written + (i + 1 - kept));
        state = LINE_START;
        lineBegin = i + 1;
      } else if (octet === LF && state === DOT_CR_SEEN) {
        this.ended = true;
        kept = i + 1;
      } else if (octet === LF) {
        this.fault = 'line-end';
        state = TEXT;
      } else {
        if (state === CR_SEEN || state === DOT_CR_SEEN || octet === NUL) this.fault = 'line-end';
        const dropped = (octet === DOT && state === LINE_START && this.#dots) || (octet === CR && state === DOT_SEEN);
        if (dropped) {
          written = closeUp(buffer, written, kept, i);
          kept = i + 1;
        }
        state = next(octet, state, this.#dots);
      }
    }
    this.#state = state;
    this.contentEnd = closeUp(buffer, written, kept, i);
    this.#lineBefore = i - lineBegin;
    if (this.#lineBefore > this.#longestLine + 1) this.fault ??= 'line-length';
    return i;
  }

  #endOfLine(length: number, contentEnd: number): void {
    if (length > this.#longestLine) this.fault ??= 'line-length';
    if (length === 0 && !this.#emptyLineSeen) {
      this.#emptyLineSeen = true;
      this.headerEnd = contentEnd;
    }
  }
}

/** The state after any octet but LF. */
function next(octet: number, state: State, dots: boolean): State {
  if (octet === CR) return state === DOT_SEEN ? DOT_CR_SEEN : CR_SEEN;
  return octet === DOT && state === LINE_START && dots ? DOT_SEEN : TEXT;
}

/** First octet at or behind `i` that could be NUL, LF or CR. Nearly all time goes here. */
function skipText(buffer: Uint8Array, i: number, end: number): number {
  while (i < end && (buffer[i] as number) > CR) i++;
  return i;
}

/** Moves `from`..`to` down to `target`; returns where the moved octets end. */
function closeUp(buffer: Uint8Array, target: number, from: number, to: number): number {
  if (from >= to) return target;
  if (target !== from) buffer.copyWithin(target, from, to);
  return target + (to - from);
}
