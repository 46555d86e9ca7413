// RFC 2045 6.7, as readers of all kinds decode it.

const EQUALS = 0x3d;

/**
 * `plain`: as RFC 2045 6.7 says. `odd`: white space at line ends. `raw`: octets that may not stand there. `faulty`: equals
 * signs that mean nothing.
 */
export function quotedPrintableShape(body: Buffer): 'plain' | 'odd' | 'raw' | 'faulty' {
  let odd = false;
  for (let at = body.indexOf(EQUALS); at >= 0; at = body.indexOf(EQUALS, at + 1)) {
    const soft = softBreak(body, at + 1);
    if (soft < 0 && !(isHex(body[at + 1]) && isHex(body[at + 2]))) return 'faulty';
    if (soft > at + 3) odd = true;
  }
  if (hasRaw(body)) return 'raw';
  return odd || /[ \t]\r?\n/.test(body.toString('latin1')) ? 'odd' : 'plain';
}

function hasRaw(body: Buffer): boolean {
  for (let at = 0; at < body.length; at++) {
    const octet = body[at] ?? 0;
    if (octet > 0x7e || (octet < 0x20 && octet !== 0x0a && octet !== 0x0d && octet !== 0x09)) return true;
  }
  return false;
}

/** What decoders make of a body that is not as it should be. */
export function quotedPrintableReadings(body: Buffer): Buffer[] {
  const { text, soft, softOnly } = withoutBreaks(body);
  return [
    octetsOf(soft),
    octetsOf(softOnly),
    octetsOf(soft.replaceAll(/=(?![0-9A-Fa-f]{2})/g, '')),
    octetsOf(soft.replaceAll(/=(?![0-9A-Fa-f]{2})./g, '')),
    octetsOf(soft.replaceAll(/=(?![0-9A-Fa-f]{2})[^=]{0,2}/g, '')),
    octetsOf(soft.replaceAll(/=(?![0-9A-F]{2})[^=]{0,2}/g, '')),
    octetsOf(soft.replaceAll(/=[0-9A-Fa-f](?==[0-9A-Fa-f]{2})/g, '').replaceAll(/=(?![0-9A-Fa-f]{2})/g, '')),
    octetsOf(soft.replaceAll(/\r\n/g, '\n')),
    // One character between the equals sign and the end of the line: the line goes on for some.
    octetsOf(text.replaceAll(/=[^=\r\n]?[ \t]*\r?\n/g, '')),
    // Octets that may not stand there are left out by some, and white space that begins a line.
    octetsOf(soft.replaceAll(/[^\r\n\x20-\x7e]/g, '').replaceAll(/=(?![0-9A-Fa-f]{2})/g, '')),
    octetsOf(
      softOnly
        .replaceAll(/(^|\n)[ \t]+/g, '$1')
        .replaceAll(/[^\r\n\x20-\x7e]/g, '')
        .replaceAll(/=(?![0-9A-Fa-f]{2})/g, ''),
    ),
    octetsOf(text.replaceAll(/(^|\n)[ \t]+/g, '$1').replaceAll(/=[ \t]*\r?\n/g, '')),
  ];
}

/** As those decode it who leave out the octets that may not stand there. */
export function withoutRaw(body: Buffer): Buffer {
  return octetsOf(withoutBreaks(body).soft.replaceAll(/[^\r\n\x20-\x7e]/g, ''));
}

/** The first two of them: what decoders make of a body of which nobody said that it is quoted-printable. */
export function usualQuotedPrintable(body: Buffer): [Buffer, Buffer] {
  const { soft, softOnly } = withoutBreaks(body);
  return [octetsOf(soft), octetsOf(softOnly)];
}

/** The text without its soft line breaks; in `soft` also without white space at line ends. */
function withoutBreaks(body: Buffer): { text: string; soft: string; softOnly: string } {
  const text = body.toString('latin1');
  const trimmed = text.split('\n').map(withoutEnd).join('\n');
  return { text, soft: trimmed.replaceAll(/=\r?\n/g, ''), softOnly: text.replaceAll(/=[ \t]*\r?\n/g, '') };
}

/** Values of hexadecimal digits of either case; else 255. */
const HEX = new Uint8Array(256).fill(255);
for (const [value, octet] of Buffer.from('0123456789abcdef').entries()) HEX[octet] = value;
for (const [value, octet] of Buffer.from('ABCDEF').entries()) HEX[octet] = value + 10;

/** Encoded octets decoded where they stand; all else stays. */
function octetsOf(source: string): Buffer {
  const octets = Buffer.from(source, 'latin1');
  let to = octets.indexOf(EQUALS);
  if (to < 0) return octets;
  for (let at = to; at < octets.length; at++) {
    const octet = octets[at] ?? 0;
    const high = octet === EQUALS ? (HEX[octets[at + 1] ?? 0] ?? 255) : 255;
    const low = high === 255 ? 255 : (HEX[octets[at + 2] ?? 0] ?? 255);
    if (low === 255) octets[to++] = octet;
    else {
      octets[to++] = (high << 4) | low;
      at += 2;
    }
  }
  return octets.subarray(0, to);
}

/** RFC 2045 6.7 rule 3: white space at the end of a line was put there on the way. */
function withoutEnd(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  let length = line.length - end.length;
  while (length > 0 && (line[length - 1] === ' ' || line[length - 1] === '\t')) length--;
  return line.slice(0, length) + end;
}

/** Past the line end of a soft line break; -1 where it is none. */
function softBreak(body: Buffer, start: number): number {
  let at = start;
  while (body[at] === 0x20 || body[at] === 0x09) at++;
  if (body[at] === 0x0d && body[at + 1] === 0x0a) return at + 2;
  if (at >= body.length) return at;
  return body[at] === 0x0a ? at + 1 : -1;
}

function isHex(octet: number | undefined): boolean {
  if (octet === undefined) return false;
  return (octet >= 0x30 && octet <= 0x39) || ((octet | 0x20) >= 0x61 && (octet | 0x20) <= 0x66);
}
