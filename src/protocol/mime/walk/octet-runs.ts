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

/** The longest stretches of octets that are in the table, with so many at least. */
export function* runsOf(octets: Buffer, table: Uint8Array, fewest: number): Generator<Buffer> {
  let start = 0;
  for (let at = 0; at <= octets.length; at++) {
    if (at < octets.length && table[octets[at] ?? 0] === 1) continue;
    if (at - start >= fewest) yield octets.subarray(start, at);
    start = at + 1;
  }
}
