// Addresses and networks as numbers (RFC 4291, RFC 4632): parsing, canonical text, order. An IPv4-mapped IPv6 address
// (::ffff:192.0.2.1, what a dual-stack socket shows) is the IPv4 address.

import { isIP } from 'node:net';

/** An address as 32-bit words, highest first: one word for IPv4, four for IPv6. */
export interface IpAddress {
  family: 4 | 6;
  words: readonly number[];
}

export interface IpNetwork extends IpAddress {
  /** Length of the prefix; the bits after it are zero. */
  prefix: number;
}

/** Reads an address; nothing where the text is none. A zone (`fe80::1%eth0`) is left out. */
export function parseIp(text: string): IpAddress | undefined {
  const version = isIP(text);
  if (version === 4) return { family: 4, words: [parseV4(text)] };
  if (version !== 6) return undefined;
  const zone = text.indexOf('%');
  const words = parseV6(zone < 0 ? text : text.slice(0, zone));
  const mapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff; // RFC 4291 2.5.5.2
  return mapped ? { family: 4, words: [words[3] ?? 0] } : { family: 6, words };
}

/** A network, or what is wrong with the text. An address alone is a network of one. */
export function parseNetwork(text: string): IpNetwork | { fault: string } {
  const [address = '', length, ...rest] = text.split('/');
  const ip = rest.length === 0 ? parseIp(address) : undefined;
  if (ip === undefined) return { fault: `"${text}" is no address or network such as 192.0.2.0/24 or 2001:db8::/48` };
  const most = ip.words.length * 32;
  let prefix = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (ip.family === 4 && address.includes(':') && length !== undefined) prefix -= 96; // given as ::ffff:192.0.2.0/120
  if (prefix < 0 || prefix > most) return { fault: `"${text}" has no prefix length between 0 and ${most}` };
  const words = ip.words.map((word, i) => (word & wordMask(prefix, i)) >>> 0);
  const network: IpNetwork = { family: ip.family, words, prefix };
  const same = words.every((word, i) => word === ip.words[i]);
  return same
    ? network
    : { fault: `"${text}" has bits set after its prefix; the network is ${formatNetwork(network)}` };
}

/** CIDR text in canonical form (RFC 5952), always with its length. */
export function formatNetwork(network: IpNetwork): string {
  return `${formatIp(network)}/${network.prefix}`;
}

/** Canonical text of an address (RFC 5952). */
export function formatIp(ip: IpAddress): string {
  if (ip.family === 4) {
    const word = ip.words[0] ?? 0;
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
  }
  const groups = ip.words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const gap = longestZeroRun(groups);
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (gap.length < 2) return hex(groups); // RFC 5952 4.2.2: one group alone is not shortened
  return `${hex(groups.slice(0, gap.start))}::${hex(groups.slice(gap.start + gap.length))}`;
}

/** The highest address of a network. */
export function lastAddress(network: IpNetwork): readonly number[] {
  return network.words.map((word, i) => (word | ~wordMask(network.prefix, i)) >>> 0);
}

/** Whether the inner network lies wholly in the outer one. */
export function containsNetwork(outer: IpNetwork, inner: IpNetwork): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  return outer.words.every((word, i) => word === ((inner.words[i] ?? 0) & wordMask(outer.prefix, i)) >>> 0);
}

/** The first `prefix` bits of an address as a network. */
export function networkOf(ip: IpAddress, prefix: number): IpNetwork {
  return { family: ip.family, prefix, words: ip.words.map((word, i) => (word & wordMask(prefix, i)) >>> 0) };
}

/** Bits of the word at `index` that belong to a prefix. */
function wordMask(prefix: number, index: number): number {
  const bits = prefix - index * 32;
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - bits)) >>> 0;
}

// The text has passed isIP: only digits and three dots.
function parseV4(text: string): number {
  let word = 0;
  let octet = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      word = word * 256 + octet;
      octet = 0;
    } else {
      octet = octet * 10 + code - 0x30;
    }
  }
  return word * 256 + octet;
}

function parseV6(text: string): number[] {
  let rest = text;
  const dot = text.lastIndexOf('.');
  if (dot >= 0) {
    const colon = text.lastIndexOf(':');
    const v4 = parseV4(text.slice(colon + 1));
    rest = `${text.slice(0, colon + 1)}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
  }
  const [head = '', tail] = rest.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right].map((group) =>
    Number.parseInt(group, 16),
  );
  const words: number[] = [];
  for (let i = 0; i < 8; i += 2) words.push((groups[i] ?? 0) * 65_536 + (groups[i + 1] ?? 0));
  return words;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  });
  return best;
}
