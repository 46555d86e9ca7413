// Addresses of mail exchangers: their canonical text, their family, and whether the Internet could reach them.

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** One text for one address; undefined where the text is no address. IPv4 inside IPv6 becomes IPv4. */
export function canonicalIp(text: string): string | undefined {
  // IPv4 has one form only that isIP takes.
  if (isIP(text) === 4) return text;
  const zoneless = text.replace(/%.*$/, '');
  return isIP(zoneless) === 0 ? undefined : ipaddr.process(zoneless).toString();
}

/** 4 or 6; 0 where the text is no address. */
export function ipFamily(text: string): 0 | 4 | 6 {
  const family = isIP(text);
  return family === 4 || family === 6 ? family : 0;
}

/**
 * False for private, loopback, link-local, multicast, documentation and other addresses that no mail exchanger on the
 * Internet can have (RFC 6890), and for IPv6 addresses that carry such an IPv4 address (RFC 6052, RFC 3056).
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.process(text);
  if (address.range() === 'unicast') return true;
  const inner = address instanceof ipaddr.IPv6 ? embeddedIpv4(address) : undefined;
  return inner !== undefined && inner.range() === 'unicast';
}

function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray();
  // RFC 6052 2.1: 64:ff9b::/96 ends with the IPv4 address. RFC 3056 2: 2002::/16 is followed by it.
  if (address.range() === 'rfc6052') return new ipaddr.IPv4(bytes.slice(12, 16));
  if (address.range() === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  return undefined;
}
