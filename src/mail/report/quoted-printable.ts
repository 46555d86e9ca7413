// RFC 2045 6.7: quoted-printable, for the little that this project composes itself.

const HEX = '0123456789ABCDEF';
/** RFC 2045 6.7 (5): 76 characters a line, one of them kept for the soft break. */
const LINE = 75;

/** Encodes octets whose line ends are CRLF; lines stay lines. The result is ASCII with lines of 76 at most. */
export function quotedPrintable(octets: Uint8Array): string {
  let text = '';
  let column = 0;
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] ?? 0;
    if (octet === 13 && octets[i + 1] === 10) {
      text += '\r\n';
      column = 0;
      i += 1;
      continue;
    }
    const piece = encoded(octet, octets[i + 1]);
    if (column + piece.length > LINE) {
      text += '=\r\n';
      column = 0;
    }
    text += piece;
    column += piece.length;
  }
  return text;
}

function encoded(octet: number, next: number | undefined): string {
  const atLineEnd = next === undefined || next === 13;
  // RFC 2045 6.7 (3): no white space at the end of a line.
  const blank = octet === 32 || octet === 9;
  const plain = (octet > 32 && octet < 127 && octet !== 61) || (blank && !atLineEnd);
  return plain ? String.fromCharCode(octet) : `=${HEX.charAt(octet >> 4)}${HEX.charAt(octet & 15)}`;
}
