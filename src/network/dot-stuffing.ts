// RFC 5321 4.5.2: content on its way into DATA. Accept takes only CRLF line ends; this is the second lock of the same
// door, because a bare CR or LF before a dot could end the message early at a receiver that is lax (SMTP smuggling).

/** Content with a bare CR or LF, which must never leave; a fault of ours, since none can have come in. */
export class UncleanContent extends Error {
  override readonly name = 'UncleanContent';
}

const CR = 13;
const LF = 10;
const DOT = 46;

/** Finds what needs a closer look: a bare CR, a bare LF, a dot at the start of a line. Nearly always nothing. */
const SPECIAL = /\r(?!\n)|(?<!\r)\n|\n\./;
const BARE = /\r(?!\n)|(?<!\r)\n/;

/** Octets that went before, as far as they matter for what follows. */
type Before = 'line start' | 'cr' | 'text';

/** Doubles dots over portions of one content, and knows how it has to end. */
export class DotStuffing {
  #before: Before = 'line start';

  /** The portion as it goes out: the same octets where nothing is to be done. Throws UncleanContent. */
  portion(octets: Uint8Array): Uint8Array {
    if (octets.length === 0) return octets;
    const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
    const lineStart = this.#before === 'line start';
    const text = this.#joinedText(bytes);
    const special = SPECIAL.test(text) || (lineStart && bytes[0] === DOT);
    if (special && BARE.test(text)) throw new UncleanContent('bare CR or LF in content');
    const stuffed = special || this.#before === 'cr' ? doubled(bytes, lineStart) : bytes;
    this.#before = after(bytes);
    return stuffed;
  }

  /** What ends the content: the line is completed where it is not. Throws UncleanContent where a CR is left alone. */
  end(): '.\r\n' | '\r\n.\r\n' {
    if (this.#before === 'cr') throw new UncleanContent('content ends with a bare CR');
    // RFC 5321 4.1.1.4: the CRLF before the dot is part of the content.
    return this.#before === 'line start' ? '.\r\n' : '\r\n.\r\n';
  }

  /** A CR or LF is judged by its neighbour, which may lie in the portion before or after. */
  #joinedText(bytes: Buffer): string {
    const end = bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length;
    const text = bytes.toString('latin1', 0, end);
    return this.#before === 'cr' ? `\r${text}` : text;
  }
}

/** RFC 5321 4.5.2: a leading dot is doubled. */
function doubled(bytes: Buffer, lineStart: boolean): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  if (lineStart && bytes[0] === DOT) parts.push(bytes.subarray(0, 1));
  for (let at = bytes.indexOf('\n.'); at !== -1; at = bytes.indexOf('\n.', at + 1)) {
    parts.push(bytes.subarray(from, at + 2));
    from = at + 1;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

function after(bytes: Buffer): Before {
  const last = bytes[bytes.length - 1];
  if (last === CR) return 'cr';
  return last === LF ? 'line start' : 'text';
}

/** The whole of a small content in one buffer: what goes before it, the content with dots doubled, and the end. */
export function wholeContent(before: string, content: Uint8Array): Buffer {
  const stuffing = new DotStuffing();
  const first = stuffing.portion(Buffer.from(before));
  const rest = stuffing.portion(content);
  const end = stuffing.end();
  const all = Buffer.allocUnsafe(first.length + rest.length + end.length);
  all.set(first, 0);
  all.set(rest, first.length);
  all.write(end, first.length + rest.length, 'latin1');
  return all;
}

/**
 * The content as it goes by BDAT, where no dot is doubled: complete lines and nothing else. The same octets where nothing
 * is to be done. Throws UncleanContent: the receiver may hand it on by DATA to one that is lax.
 */
export function completeContent(content: Uint8Array): Uint8Array {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (BARE.test(bytes.toString('latin1'))) throw new UncleanContent('bare CR or LF in content');
  return bytes.length === 0 || bytes[bytes.length - 1] === LF ? bytes : Buffer.concat([bytes, Buffer.from('\r\n')]);
}
