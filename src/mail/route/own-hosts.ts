// Which names and addresses are ours: a mail exchanger among them would lead a message back to us.

import { networkInterfaces } from 'node:os';
import { canonicalIp } from './ip-address.ts';

export interface OwnHosts {
  /** Lower case, without a final dot. */
  hostnames: ReadonlySet<string>;
  /** Canonical text. */
  addresses: ReadonlySet<string>;
}

/**
 * Our names, and the addresses at which a connection to the port of mail exchangers would reach one of our own
 * listeners. A listener on another port is not what an MX record means, so its address is not ours here.
 */
export function ownHosts(options: {
  /** Names of this node and of its sending addresses. */
  hostnames: Iterable<string>;
  listeners: readonly { address: { host: string; port: number } }[];
  /** `delivery.port`. */
  port: number;
}): OwnHosts {
  const addresses = new Set<string>();
  for (const { address } of options.listeners) {
    if (address.port !== options.port) continue;
    if (isAny(address.host)) for (const ip of interfaceAddresses()) addresses.add(ip);
    else addresses.add(canonicalIp(address.host) ?? address.host);
  }
  return { hostnames: new Set([...options.hostnames].map((name) => name.toLowerCase())), addresses };
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((infos) => infos ?? [])
    .map((info) => canonicalIp(info.address) ?? info.address);
}
