// RFC 4013 SASLprep on RFC 3454 (stringprep), with the Unicode tables of this Node instead of Unicode 3.2.

// RFC 3454 B.1: commonly mapped to nothing.
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;
// RFC 3454 C.1.2: non-ASCII spaces become a space.
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
// RFC 4013 2.3: control characters, private use, surrogates, non-characters, direction and tagging characters.
const FORBIDDEN =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u202a-\u202e\u2066-\u206f\ufff9-\ufffd]|[\u{e0000}-\u{e007f}]/u;

/** A name or password in the one form that is compared; `undefined` where it holds what RFC 4013 forbids. */
export function prepare(text: string): string | undefined {
  const prepared = text.replaceAll(SPACES, ' ').replaceAll(NOTHING, '').normalize('NFKC');
  return FORBIDDEN.test(prepared) ? undefined : prepared;
}
