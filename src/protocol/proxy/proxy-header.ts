// The PROXY protocol, versions 1 and 2 (HAProxy's "The PROXY protocol", 2.1 to 2.2): what a proxy says about the client
// before the client's own octets. Reads octets as they come; keeps nothing, so the same octets may be shown again, longer.

import { formatIp, parseIp } from '../ip/network.ts';

/** An end of the connection that the proxy took. */
export interface ProxiedAddress {
  /** As text; an IPv4-mapped address is written as IPv4. */
  ip: string;
  port: number;
}

export type ProxyHeader =
  /** The octets so far can be the beginning of a header. */
  | { kind: 'more' }
  /** No header, or one that breaks the rules. */
  | { kind: 'bad'; fault: string }
  /**
   * A header of so many octets. Without `client` the proxy speaks for itself (LOCAL, a health check) or does not know
   * whom it speaks for (UNKNOWN, UNSPEC, AF_UNIX): the address of the connection counts.
   */
  | { kind: 'header'; version: 1 | 2; length: number; client?: ProxiedAddress };

/** 2.1: the longest line of version 1 with its CR LF. */
const LONGEST_LINE = 107;
const LF = 10;
const V1_BEGIN = Buffer.from('PROXY ');
const V2_BEGIN = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
/** Signature, version and command, family and protocol, length of the rest. */
const V2_FIXED = 16;

const MORE: ProxyHeader = { kind: 'more' };

function bad(fault: string): ProxyHeader {
  return { kind: 'bad', fault };
}

/** Whether octets begin like a header of either version; one octet alone that could be either is not enough. */
export function looksLikeProxyHeader(octets: Buffer): boolean {
  return begins(octets, V1_BEGIN) || (octets.length >= 5 && beginsSoFar(octets, V2_BEGIN));
}

/** Reads the header at the begin of the octets. Never throws; takes time in proportion to the header at most. */
export function readProxyHeader(octets: Buffer): ProxyHeader {
  if (beginsSoFar(octets, V2_BEGIN)) return octets.length < V2_FIXED ? MORE : readVersion2(octets);
  if (beginsSoFar(octets, V1_BEGIN)) return octets.length < V1_BEGIN.length ? MORE : readVersion1(octets);
  return bad('no PROXY header');
}

function begins(octets: Buffer, sign: Buffer): boolean {
  return octets.length >= sign.length && beginsSoFar(octets, sign);
}

function beginsSoFar(octets: Buffer, sign: Buffer): boolean {
  const length = Math.min(octets.length, sign.length);
  return octets.compare(sign, 0, length, 0, length) === 0;
}

const V1_LINE = /^PROXY (TCP4|TCP6) ([0-9A-Fa-f:.]{2,39}) ([0-9A-Fa-f:.]{2,39}) (\d{1,5}) (\d{1,5})\r\n$/;
const V1_UNKNOWN = /^PROXY UNKNOWN(?: [^\r\n]*)?\r\n$/;

function readVersion1(octets: Buffer): ProxyHeader {
  const end = octets.subarray(0, LONGEST_LINE).indexOf(LF);
  if (end === -1) return octets.length < LONGEST_LINE ? MORE : bad('version 1: the line is too long');
  const length = end + 1;
  const line = octets.toString('latin1', 0, length);
  if (V1_UNKNOWN.test(line)) return { kind: 'header', version: 1, length };
  const [, protocol, source = '', destination = '', from = '', to = ''] = V1_LINE.exec(line) ?? [];
  if (protocol === undefined) return bad('version 1: the line cannot be read');
  const client = v1Address(source, from, protocol);
  if (client === undefined || v1Address(destination, to, protocol) === undefined) {
    return bad('version 1: an address or a port is none');
  }
  return { kind: 'header', version: 1, length, client };
}

function v1Address(text: string, port: string, protocol: string): ProxiedAddress | undefined {
  const ip = parseIp(text);
  // 2.1: TCP4 has addresses with dots, TCP6 with colons; a port has no zeros before it.
  if (ip === undefined || text.includes(':') !== (protocol === 'TCP6')) return undefined;
  if (Number(port) > 65_535 || String(Number(port)) !== port) return undefined;
  return { ip: formatIp(ip), port: Number(port) };
}

/** 2.2: octets of the addresses by family (the high half of octet 14). */
const FAMILIES: Readonly<Record<number, { octets: number; ip: number }>> = {
  1: { octets: 12, ip: 4 },
  2: { octets: 36, ip: 16 },
};
const UNSPEC = 0;
const UNIX = 3;

function readVersion2(octets: Buffer): ProxyHeader {
  const [versionAndCommand = 0, familyAndProtocol = 0] = octets.subarray(12, 14);
  const length = V2_FIXED + octets.readUInt16BE(14);
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >>> 4 !== 2) return bad('version 2: the version is another');
  if (command > 1) return bad('version 2: the command is neither LOCAL nor PROXY');
  if (octets.length < length) return MORE;
  const header = { kind: 'header', version: 2, length } as const;
  // 2.2: of LOCAL nothing but the length counts.
  if (command === 0) return header;
  const [family, protocol] = [familyAndProtocol >>> 4, familyAndProtocol & 0x0f];
  if (family === UNSPEC || family === UNIX) return header;
  const shape = FAMILIES[family];
  if (shape === undefined || protocol > 2) return bad('version 2: unknown family or protocol');
  if (protocol !== 1) return bad('version 2: not a TCP connection');
  if (length < V2_FIXED + shape.octets) return bad('version 2: too short for its addresses');
  // What follows the addresses are TLVs, which the length steps over.
  const ip = addressOf(octets.subarray(V2_FIXED, V2_FIXED + shape.ip));
  return { ...header, client: { ip, port: octets.readUInt16BE(V2_FIXED + 2 * shape.ip) } };
}

function addressOf(octets: Buffer): string {
  const words: number[] = [];
  for (let at = 0; at < octets.length; at += 4) words.push(octets.readUInt32BE(at));
  const [first, second, third, last] = words;
  const mapped = first === 0 && second === 0 && third === 0xffff;
  if (octets.length === 4) return formatIp({ family: 4, words });
  return mapped ? formatIp({ family: 4, words: [last ?? 0] }) : formatIp({ family: 6, words });
}
