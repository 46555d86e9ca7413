// The one guard of connections that others choose for us (MX hosts, mail hosts that customers enter, webhooks): is this
// address one that the Internet could reach, or would the connection end inside somebody's network, perhaps ours?
//
// The tables are IANA's registries of special-purpose addresses (RFC 6890), read so that what is not known to be public
// is not: of IPv6 only 2000::/3 is given out at all.

import { networkInterfaces } from 'node:os';
import {
  containsNetwork,
  formatIp,
  type IpAddress,
  type IpNetwork,
  parseIp,
  parseNetwork,
} from '../protocol/ip/network.ts';

const NOT_PUBLIC: readonly IpNetwork[] = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared address space of carriers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, where clouds keep their metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and the limited broadcast
  '2001::/23', // protocol assignments, with Teredo, ORCHID and benchmarks
  '2001:db8::/32', // documentation
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
].map(network);

/** RFC 4291 2.4, IANA: the only part of IPv6 from which unicast addresses are given out. */
const GIVEN_OUT = network('2000::/3');
/** RFC 6052 2.1: what ends with an IPv4 address that a translator connects to. */
const NAT64 = network('64:ff9b::/96');
/** RFC 3056 2: what is followed by the IPv4 address of a router. */
const SIX_TO_FOUR = network('2002::/16');

/** What no connection can be meant for, whatever the configuration allows. */
const NEVER: readonly IpNetwork[] = ['0.0.0.0/8', '224.0.0.0/4', '255.255.255.255/32', '::/128', 'ff00::/8'].map(
  network,
);

/**
 * False for private, loopback, link-local, multicast, documentation, reserved and all other addresses that no host on the
 * Internet can have, for IPv6 addresses that carry such an IPv4 address, and for what is no address.
 */
export function isPublicAddress(text: string): boolean {
  const ip = parseIp(text);
  return ip !== undefined && isPublic(ip);
}

/** Which addresses a connection may go to. */
export interface OutsideGuard {
  /** Why not; nothing where it may. The words are for the trace and for whoever named the host. */
  refuses(ip: string): string | undefined;
}

export interface OutsideGuardOptions {
  /** By the operator's word private and loopback addresses are allowed too. */
  allowPrivate: boolean;
  /** Addresses at which we listen ourselves. Default: those of this machine. */
  own?: () => ReadonlySet<string>;
}

/** A guard for connections whose target others have chosen. It is asked with each address, right before connecting. */
export function createOutsideGuard({ allowPrivate, own = rememberedAddresses() }: OutsideGuardOptions): OutsideGuard {
  return {
    refuses(text) {
      const ip = parseIp(text);
      if (ip === undefined) return 'no address';
      if (within(NEVER, ip)) return 'no host has this address';
      if (allowPrivate) return undefined;
      if (!isPublic(ip)) return 'a private address';
      return own().has(formatIp(ip)) ? 'an address of this relay' : undefined;
    },
  };
}

/** They change seldom, and a guard may be asked a thousand times a second. */
const REMEMBERED_MS = 10_000;

/** The addresses of this machine, read anew after a while. */
export function rememberedAddresses(): () => ReadonlySet<string> {
  let known: ReadonlySet<string> = new Set();
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - readAt > REMEMBERED_MS) [known, readAt] = [machineAddresses(), now];
    return known;
  };
}

/** Canonical texts of the addresses that this machine has now. */
export function machineAddresses(): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  return new Set(addresses.flatMap(({ address }) => canonical(address)));
}

function canonical(text: string): string[] {
  const ip = parseIp(text);
  return ip === undefined ? [] : [formatIp(ip)];
}

function isPublic(ip: IpAddress): boolean {
  if (ip.family === 4) return !within(NOT_PUBLIC, ip);
  if (within([NAT64], ip)) return isPublic({ family: 4, words: [ip.words[3] ?? 0] });
  if (within([SIX_TO_FOUR], ip)) {
    const [first = 0, second = 0] = ip.words;
    return isPublic({ family: 4, words: [(((first & 0xffff) << 16) | (second >>> 16)) >>> 0] });
  }
  return within([GIVEN_OUT], ip) && !within(NOT_PUBLIC, ip);
}

function within(networks: readonly IpNetwork[], ip: IpAddress): boolean {
  const alone = { ...ip, prefix: ip.words.length * 32 };
  return networks.some((one) => containsNetwork(one, alone));
}

function network(text: string): IpNetwork {
  const read = parseNetwork(text);
  if ('fault' in read) throw new Error(read.fault);
  return read;
}
