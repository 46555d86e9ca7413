// RFC 5321 2.3.8 and 4.5.3.1.4: command lines out of octets as they come. The answer does not depend on how the octets
// were cut into pieces on their way.

const NOTHING = Buffer.alloc(0);
const LF = 10;
const CR = 13;
const FORBIDDEN = /[\0\r]/;
/** In a line whose end has not come, a CR at the very end may still be a good one. */
const FORBIDDEN_SO_FAR = /\0|\r./s;
const NON_ASCII = /[^\0-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type CommandLine =
  /** Without its CR LF. */
  | { kind: 'line'; text: string }
  /** A bare CR, a bare LF or NUL: what follows cannot be trusted to be commands. */
  | { kind: 'bad-line-end' }
  | { kind: 'too-long' }
  /** Octets above 127 that are no UTF-8. */
  | { kind: 'not-text' }
  /** The rest has not come yet. */
  | undefined;

/** Input of a session: command lines are taken from it, content is read from its buffer directly. */
export class CommandReader {
  buffer: Buffer = NOTHING;
  /** Index of the first octet that was not read. */
  position = 0;
  #skipping = false;

  /** Octets wait to be read. */
  get more(): boolean {
    return this.position < this.buffer.length;
  }

  /** Puts octets behind those that wait. */
  append(octets: Buffer): void {
    this.buffer = this.more ? Buffer.concat([this.buffer.subarray(this.position), octets]) : octets;
    this.position = 0;
  }

  /** The next line of at most `longest` octets, CR LF counted. A longer one is dropped as it comes, and told once. */
  next(longest: number): CommandLine {
    const { buffer, position } = this;
    const lf = buffer.indexOf(LF, position);
    if (this.#skipping) return this.#skip(lf);
    const length = (lf === -1 ? buffer.length : lf + 1) - position;
    if (lf === -1 || length > longest) {
      const begin = buffer.toString('latin1', position, position + Math.min(length, longest));
      if (FORBIDDEN_SO_FAR.test(begin)) return { kind: 'bad-line-end' };
      if (length <= longest) return undefined;
      this.#skipping = true;
      return this.#skip(lf);
    }
    const text = buffer.toString('latin1', position, lf - 1);
    if (lf === position || buffer[lf - 1] !== CR || FORBIDDEN.test(text)) return { kind: 'bad-line-end' };
    this.position = lf + 1;
    return NON_ASCII.test(text) ? decode(buffer.subarray(position, lf - 1)) : { kind: 'line', text };
  }

  #skip(lf: number): CommandLine {
    this.position = lf === -1 ? this.buffer.length : lf + 1;
    if (lf === -1) return undefined;
    this.#skipping = false;
    return { kind: 'too-long' };
  }
}

function decode(octets: Buffer): CommandLine {
  try {
    return { kind: 'line', text: utf8.decode(octets) };
  } catch {
    // Not UTF-8: the only thing `decode` can throw for.
    return { kind: 'not-text' };
  }
}
