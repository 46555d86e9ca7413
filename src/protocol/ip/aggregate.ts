// Addresses as the fewest networks that hold exactly them (RFC 4632 5.3): never one address more.

import type { IpAddress, IpNetwork } from './network.ts';

/** The networks, IPv4 first, in order of address. An address that is given twice counts once. */
export function aggregate(addresses: readonly IpAddress[]): IpNetwork[] {
  return [...aggregateFamily(addresses, 4), ...aggregateFamily(addresses, 6)];
}

function aggregateFamily(addresses: readonly IpAddress[], family: 4 | 6): IpNetwork[] {
  const numbers = addresses.filter((ip) => ip.family === family).map(({ words }) => toNumber(words));
  const sorted = [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1));
  const bits = family === 4 ? 32 : 128;
  const networks: IpNetwork[] = [];
  for (let at = 0; at < sorted.length; ) {
    const first = sorted[at] ?? 0n;
    const host = largestBlock(sorted, at, bits);
    networks.push({ family, prefix: bits - host, words: toWords(first, bits) });
    at += 2 ** host;
  }
  return networks;
}

/** Host bits of the largest network that begins at this address and holds nothing but what follows in the list. */
function largestBlock(sorted: readonly bigint[], at: number, bits: number): number {
  const first = sorted[at] ?? 0n;
  let host = 0;
  while (host < bits) {
    const size = 1n << BigInt(host + 1);
    const last = sorted[at + 2 ** (host + 1) - 1];
    if (first % size !== 0n || last !== first + size - 1n) return host;
    host++;
  }
  return host;
}

function toNumber(words: readonly number[]): bigint {
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

function toWords(value: bigint, bits: number): number[] {
  const words: number[] = [];
  for (let shift = bits - 32; shift >= 0; shift -= 32) words.push(Number((value >> BigInt(shift)) & 0xffff_ffffn));
  return words;
}
