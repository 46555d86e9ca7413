// RFC 5322 3.3: the date of a header field.

/** The time, milliseconds since 1970, in UTC: `Sun, 22 Nov 2026 01:18:25 +0000`. */
export function mailDate(at: number): string {
  return new Date(at).toUTCString().replace(/GMT$/, '+0000');
}
