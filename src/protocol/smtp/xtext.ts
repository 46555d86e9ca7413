// RFC 3461 4: xtext, in which ENVID and ORCPT are written; and the forms of RFC 6533 3 for addresses beyond ASCII.

const XTEXT = /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/;
const HEX_PAIR = /\+([0-9A-F]{2})/g;
const NOT_XCHAR = /[^\x21-\x2a\x2c-\x3c\x3e-\x7e]/g;

/** The text behind an xtext, a character an octet; `undefined` where it is none (hex digits are upper case). */
export function decodeXtext(xtext: string): string | undefined {
  if (!XTEXT.test(xtext)) return undefined;
  return xtext.replace(HEX_PAIR, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A text of ASCII as xtext. */
export function encodeXtext(text: string): string {
  return text.replace(NOT_XCHAR, (char) => `+${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

// RFC 6533 3: QCHAR without the backslash, an embedded character, or an octet as RFC 3461 writes it.
const UTF8_PIECE =
  /[\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e]|\\x\{([0-9A-Fa-f]{2,6})\}|\+([0-9A-F]{2})|([\u0080-\u{10ffff}])/uy;
const NOT_QCHAR = /[^\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e]/gu;
const NOT_QUCHAR = /[^\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e\u0080-\u{10ffff}]/gu;

/**
 * RFC 6533 3: the address behind a utf-8-addr-xtext, or behind a utf-8-addr-unitext where `raw` allows characters as
 * they are. `undefined` where it is neither, or stands for a control character or a surrogate.
 */
export function decodeUtf8Address(text: string, raw: boolean): string | undefined {
  let address = '';
  UTF8_PIECE.lastIndex = 0;
  while (UTF8_PIECE.lastIndex < text.length) {
    const piece = UTF8_PIECE.exec(text);
    if (piece === null) return undefined;
    const [whole, embedded, octet, beyond] = piece;
    if (beyond !== undefined && !raw) return undefined;
    const hex = embedded ?? octet;
    if (hex === undefined) address += whole;
    else if (isCharacter(Number.parseInt(hex, 16))) address += String.fromCodePoint(Number.parseInt(hex, 16));
    else return undefined;
  }
  return address;
}

function isCharacter(point: number): boolean {
  return (point >= 0x20 && point < 0x7f) || (point >= 0xa0 && point < 0xd800) || (point > 0xdfff && point <= 0x10ffff);
}

/** RFC 6533 3: an address as utf-8-addr-unitext where `raw`, else as utf-8-addr-xtext, which is ASCII. */
export function encodeUtf8Address(address: string, raw: boolean): string {
  return address.replace(
    raw ? NOT_QUCHAR : NOT_QCHAR,
    (char) => `\\x{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}}`,
  );
}
