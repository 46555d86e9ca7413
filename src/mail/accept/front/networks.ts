// Whom limits by address are about.

import ipaddr from 'ipaddr.js';

/** An IPv4 address, or the /64 that one IPv6 host may choose its addresses from. */
export function sourceOf(ip: string): string {
  return ip.includes(':') ? prefixOf(ip, 8) : ip;
}

/** The network around it: /24, or the /48 that a site with IPv6 gets at most. */
export function networkOf(ip: string): string {
  if (ip.includes(':')) return prefixOf(ip, 6);
  return ip.slice(0, ip.lastIndexOf('.'));
}

function prefixOf(ip: string, octets: number): string {
  return ipaddr.IPv6.parse(ip).toByteArray().slice(0, octets).join('.');
}
