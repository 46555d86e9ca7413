// RFC 2045 6.7 and 6.8: octets as lines of ASCII.

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const EQUALS = 61;
const DOT = 46;
const HEX = Buffer.from('0123456789ABCDEF');
/** RFC 2045 6.7 rule 5: 76 characters with the equals sign of a soft line break. */
const LINE = 75;
/** Octets that give a line of base64: 76 characters (RFC 2045 6.8). */
const ROW = 57;
const FROM = Buffer.from('From ');

/** Lines of base64, the last one ended too. */
export function base64Lines(octets: Uint8Array): Buffer {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW) rows.push(bytes.toString('base64', at, at + ROW));
  return Buffer.from(rows.length === 0 ? '' : `${rows.join('\r\n')}\r\n`, 'latin1');
}

/** Octets that quoted-printable writes as three. */
export function countQuoted(octets: Uint8Array): number {
  let count = 0;
  for (const octet of octets)
    if (octet > 126 || octet === EQUALS || (octet < SPACE && octet !== CR && octet !== LF)) count++;
  return count;
}

/** Text with CRLF line ends in quoted-printable; its line ends stay line ends. */
export function quotedPrintable(octets: Uint8Array): Buffer {
  const out = new QuotedLines(octets.length);
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] ?? 0;
    if (octet === CR && octets[i + 1] === LF) {
      out.newLine();
      i++;
    } else if (mustQuote(octets, i, out.column)) out.quote(octet);
    else out.plain(octet);
  }
  return out.done();
}

function mustQuote(octets: Uint8Array, at: number, column: number): boolean {
  const octet = octets[at] ?? 0;
  if (octet > 126 || octet === EQUALS) return true;
  // RFC 2045 6.7 rule 3: white space at the end of a line might be lost on the way.
  if (octet === SPACE || octet === TAB) return endsLine(octets, at + 1);
  if (octet < SPACE) return true;
  // RFC 2049 3: a line that is only a dot, or begins with "From ", meets gateways that change it.
  if (column !== 0) return false;
  return octet === DOT ? endsLine(octets, at + 1) : octet === FROM[0] && startsWithFrom(octets, at);
}

function endsLine(octets: Uint8Array, at: number): boolean {
  return at >= octets.length || (octets[at] === CR && octets[at + 1] === LF);
}

function startsWithFrom(octets: Uint8Array, at: number): boolean {
  return FROM.every((octet, i) => octets[at + i] === octet);
}

/**
 * Quoted-printable that holds raw octets above 127, made ASCII: such octets are quoted, everything else stays but for
 * soft line breaks. Decoders that keep raw octets decode both alike.
 */
export function repairedQuotedPrintable(octets: Uint8Array): Buffer {
  const out = new QuotedLines(octets.length);
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] ?? 0;
    if (octet === LF) out.lineEnd();
    else if (octet > 127) out.quote(octet);
    else if (octet === EQUALS && isHex(octets[i + 1]) && isHex(octets[i + 2])) {
      out.together(octets.subarray(i, i + 3));
      i += 2;
    } else if (octet === CR || octet === EQUALS) out.raw(octet);
    else out.plain(octet);
  }
  return out.done();
}

function isHex(octet: number | undefined): boolean {
  return octet !== undefined && /[0-9A-Fa-f]/.test(String.fromCharCode(octet));
}

/** Lines of quoted-printable as they are written. */
class QuotedLines {
  column = 0;
  #bytes: Buffer;
  #length = 0;

  constructor(octets: number) {
    this.#bytes = Buffer.allocUnsafe(Math.ceil(octets * 1.2) + 256);
  }

  newLine(): void {
    this.raw(CR);
    this.lineEnd();
  }

  lineEnd(): void {
    this.raw(LF);
    this.column = 0;
  }

  quote(octet: number): void {
    this.#fit(3);
    this.raw(EQUALS);
    this.raw(HEX[octet >> 4] ?? 0);
    this.raw(HEX[octet & 15] ?? 0);
  }

  plain(octet: number): void {
    this.#fit(1);
    this.raw(octet);
  }

  together(octets: Uint8Array): void {
    this.#fit(octets.length);
    for (const octet of octets) this.raw(octet);
  }

  raw(octet: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = octet;
    this.column++;
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A soft line break where so many characters do not fit any more. */
  #fit(characters: number): void {
    if (this.column + characters <= LINE) return;
    this.raw(EQUALS);
    this.newLine();
  }

  #grow(): void {
    const bytes = Buffer.allocUnsafe(this.#bytes.length * 2);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
