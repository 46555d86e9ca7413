// Addresses of mail exchangers: their canonical text and their family.

import { isIP } from 'node:net';
import { formatIp, parseIp } from '../../protocol/ip/network.ts';

/** One text for one address; undefined where the text is no address. IPv4 inside IPv6 becomes IPv4. */
export function canonicalIp(text: string): string | undefined {
  // IPv4 has one form only that isIP takes.
  if (isIP(text) === 4) return text;
  const ip = parseIp(text);
  return ip === undefined ? undefined : formatIp(ip);
}

/** 4 or 6; 0 where the text is no address. */
export function ipFamily(text: string): 0 | 4 | 6 {
  const family = isIP(text);
  return family === 4 || family === 6 ? family : 0;
}
