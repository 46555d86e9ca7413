// Stretches of octets of some kind. By tables: patterns take ten times as long, and all text of all mail comes by here.

/** 1 at each octet of these characters. */
export function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const octet of Buffer.from(characters, 'latin1')) table[octet] = 1;
  return table;
}

export const DIGITS = '0123456789';
export const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const SMALL = 'abcdefghijklmnopqrstuvwxyz';

/** The last character first. */
export function turnedAround(text: string): string {
  return Buffer.from(Buffer.from(text, 'latin1').toReversed()).toString('latin1');
}

/**
 * The longest stretches of octets that are in the table, with so many at least. Looked for from their far end: one octet
 * there that is not in the table rules out all that would begin before it, so that most of a text is not looked at.
 */
export function* runsOf(octets: Buffer, table: Uint8Array, fewest: number): Generator<Buffer> {
  for (let start = 0; start + fewest <= octets.length; ) {
    let at = start + fewest - 1;
    while (at >= start && table[octets[at] ?? 0] === 1) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + fewest;
    while (end < octets.length && table[octets[end] ?? 0] === 1) end++;
    yield octets.subarray(start, end);
    start = end + 1;
  }
}
