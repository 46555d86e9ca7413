// Addresses and networks that the configuration names: proxies, testers.

import { BlockList, isIP } from 'node:net';

/** Whether an address is in one of the networks (`10.0.0.0/8`, `2001:db8::/48`, `192.0.2.1`). */
export type NamedNetworks = (ip: string) => boolean;

const NOBODY: NamedNetworks = () => false;

/** Reads the networks. Throws on one that is none; the configuration was checked before. */
export function namedNetworks(networks: readonly string[] = []): NamedNetworks {
  if (networks.length === 0) return NOBODY;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return (ip) => isIP(ip) !== 0 && list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}
