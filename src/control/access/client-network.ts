// Where a client is, for counting and for lists of addresses that a key is for.

import {
  containsNetwork,
  formatIp,
  formatNetwork,
  networkOf,
  parseIp,
  parseNetwork,
} from '../../protocol/ip/network.ts';

/** One IPv6 host may choose its addresses from a /64; an IPv4 address is its own. */
const V6_PREFIX = 64;

/** What counts as one client: the IPv4 address, the /64 of an IPv6 address, `unknown` where there is no address. */
export function clientNetwork(from: string | undefined): string {
  const ip = from === undefined ? undefined : parseIp(from);
  if (ip === undefined) return 'unknown';
  return ip.family === 6 ? formatNetwork(networkOf(ip, V6_PREFIX)) : formatIp(ip);
}

/** Whether the address lies in one of the networks. An address that is not known lies in none. */
export function isWithin(from: string | undefined, networks: readonly string[]): boolean {
  const ip = from === undefined ? undefined : parseIp(from);
  if (ip === undefined) return false;
  const own = networkOf(ip, ip.words.length * 32);
  return networks.some((text) => {
    const network = parseNetwork(text);
    return !('fault' in network) && containsNetwork(network, own);
  });
}
