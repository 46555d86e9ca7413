// RFC 5321 4.2 from the client's side: octets in, replies out. Pure, so that it can be fuzzed.

/** A complete reply as a server gave it. */
export interface ServerReply {
  code: number;
  /** RFC 2034: the status before the text of the first line. */
  enhanced?: string;
  /** Text of all lines without codes, joined with a space; at most `TEXT_LIMIT` characters. */
  text: string;
  /** Text of each line, code and separator taken off; for EHLO. */
  lines: string[];
}

/** What makes a reply unusable; the connection is not worth going on with. */
export type ReplyFault = 'line too long' | 'too many lines' | 'not a reply' | 'codes differ between lines';

/** RFC 5321 4.5.3.1.5 allows 512; real servers go beyond with links to their help pages. */
const LINE_LIMIT = 4096;
/** An EHLO answer has a dozen lines, policy texts a few. */
const LINES_LIMIT = 128;
/** What is kept of the text. */
const TEXT_LIMIT = 1000;

const LF = 10;
const CR = 13;
const SPACE = 32;
const HYPHEN = 45;

const STATUS = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/;
const CONTROLS = /[\x00-\x1f\x7f]/g;

/**
 * Reads replies from octets in any portions. A bare LF ends a line too: some servers send it, and nothing is decided by
 * where a reply's text ends. After a fault it reads nothing more.
 */
export class ReplyReader {
  #partial: Buffer | undefined;
  #lines: string[] = [];
  #code = 0;
  #fault: ReplyFault | undefined;

  /** Set once what came in is no reply. */
  get fault(): ReplyFault | undefined {
    return this.#fault;
  }

  /** True where octets of an unfinished reply have come. */
  get midReply(): boolean {
    return this.#partial !== undefined || this.#lines.length > 0;
  }

  /** The replies that these octets complete. The octets may be overwritten afterwards. */
  read(octets: Uint8Array): ServerReply[] {
    const replies: ServerReply[] = [];
    if (this.#fault !== undefined) return replies;
    let bytes = asBuffer(octets);
    if (this.#partial !== undefined) bytes = Buffer.concat([this.#partial, bytes]);
    this.#partial = undefined;
    let start = 0;
    while (start < bytes.length && this.#fault === undefined) {
      const end = bytes.indexOf(LF, start);
      if (end === -1) {
        this.#keep(bytes, start);
        break;
      }
      const reply = this.#line(bytes, start, end);
      if (reply !== undefined) replies.push(reply);
      start = end + 1;
    }
    return replies;
  }

  #keep(bytes: Buffer, start: number): void {
    if (bytes.length - start > LINE_LIMIT) this.#fault = 'line too long';
    // A copy: the caller's buffer is used again for what comes next.
    else this.#partial = Buffer.from(bytes.subarray(start));
  }

  /** One line without its LF; the reply, where this line ends one. */
  #line(bytes: Buffer, start: number, lf: number): ServerReply | undefined {
    const end = lf > start && bytes[lf - 1] === CR ? lf - 1 : lf;
    if (end - start > LINE_LIMIT) return this.#fail('line too long');
    const code = codeAt(bytes, start, end);
    if (code === undefined) return this.#fail('not a reply');
    const separator = end - start > 3 ? bytes[start + 3] : SPACE;
    if (separator !== SPACE && separator !== HYPHEN) return this.#fail('not a reply');
    // RFC 5321 4.2.1: the reply code on each line is the same.
    if (this.#lines.length > 0 && code !== this.#code) return this.#fail('codes differ between lines');
    if (this.#lines.length === LINES_LIMIT) return this.#fail('too many lines');
    this.#code = code;
    this.#lines.push(textOf(bytes, start + 4, end));
    if (separator === HYPHEN) return undefined;
    const lines = this.#lines;
    this.#lines = [];
    return asReply(code, lines);
  }

  #fail(fault: ReplyFault): undefined {
    this.#fault = fault;
  }
}

function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** RFC 5321 4.2: three digits, the first 2 to 5 (1yz needs a command that we never send), the second 0 to 5. */
function codeAt(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start < 3) return undefined;
  const first = (bytes[start] ?? 0) - 48;
  const second = (bytes[start + 1] ?? 0) - 48;
  const third = (bytes[start + 2] ?? 0) - 48;
  // Second digits above 5 exist in the wild and mean nothing to us.
  if (first < 2 || first > 5 || second < 0 || second > 9 || third < 0 || third > 9) return undefined;
  return first * 100 + second * 10 + third;
}

function textOf(bytes: Buffer, start: number, end: number): string {
  if (start >= end) return '';
  const text = bytes.toString('utf8', start, end);
  return text.replace(CONTROLS, '?');
}

function asReply(code: number, lines: string[]): ServerReply {
  const first = lines[0] ?? '';
  const enhanced = first.charCodeAt(1) === 46 ? STATUS.exec(first)?.[1] : undefined;
  if (enhanced === undefined) return { code, text: joined(lines), lines };
  // RFC 2034 4: the status stands on every line.
  const bare = lines.map((line) => (line.startsWith(enhanced) ? line.slice(enhanced.length + 1) : line));
  return { code, enhanced, text: joined(bare), lines };
}

function joined(lines: readonly string[]): string {
  const text = lines.length === 1 ? (lines[0] ?? '') : lines.join(' ');
  return text.length > TEXT_LIMIT ? text.slice(0, TEXT_LIMIT) : text;
}
