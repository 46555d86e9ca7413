// Which of our addresses a message leaves from. Pools are the customer's, in order; the operator says which address
// is active. Draining and out are never used for new work: the next pool steps in when one has none active.

import type { CustomerFact, Directory, PoolAddressFact, PoolFact } from '../authorise/directory.ts';
import { BUSINESS_STREAM, type Direction, RELAY_CUSTOMER } from '../message.ts';
import { ipFamily } from './ip-address.ts';
import type { SendingAddress } from './route.ts';

/** At most one address a family, both of the same pool. */
export interface SendingAddresses {
  v4?: SendingAddress;
  v6?: SendingAddress;
}

/** Mail towards customers' mail hosts leaves from the pool of this name, where the operator made one. */
export const INBOUND_POOL = 'inbound';

/** `pool` of an address that the operating system picks. */
export const DEFAULT_POOL = 'default';

/** Stands for "whatever address the operating system picks": nothing is bound. */
export const ANY_IPV4 = '0.0.0.0';
export const ANY_IPV6 = '::';

export interface AddressRequest {
  customer: CustomerFact;
  stream: string;
  direction: Direction;
  /** The recipient's domain: the same domain always sees the same address while that is active. */
  destination: string;
  /** Said in EHLO where no pool gives a name. */
  hostname: string;
}

/**
 * The addresses to send from: of the first pool that has an active one. A stream has pools of its own and never falls
 * back to those of business mail. Inbound mail goes to hosts that know this node, so it needs no pool: it leaves from
 * the active addresses of a pool named `inbound`, or else from the node's own address under the node's name; so does
 * the relay's own mail, before which it looks for a pool named `operator`.
 * `none`: the mail waits, and an alarm rings.
 */
export function chooseAddresses(request: AddressRequest, directory: Directory): SendingAddresses | 'none' {
  const key = `${request.customer.id} ${request.destination}`;
  for (const name of poolNames(request)) {
    const pool = directory.pool(name);
    const chosen = pool === undefined ? undefined : fromPool(pool, key);
    if (chosen !== undefined) return chosen;
  }
  const needsPool = request.direction === 'outbound' && request.customer.id !== RELAY_CUSTOMER;
  return needsPool ? 'none' : anyAddress(request.hostname);
}

/** More would only cost time at a site that wants none of them. */
const MOST_OTHERS = 4;

/**
 * The addresses after the first choice, in order: the others of that pool, then those of the pools behind it. For a
 * site that does not want the first.
 */
export function otherAddresses(request: AddressRequest, directory: Directory): SendingAddresses[] {
  const key = `${request.customer.id} ${request.destination}`;
  const all: SendingAddresses[] = [];
  for (const name of poolNames(request)) {
    const pool = directory.pool(name);
    if (pool === undefined) continue;
    const v4 = ranked(pool, 4, key);
    const v6 = ranked(pool, 6, key);
    for (let i = 0; i < Math.max(v4.length, v6.length); i++) all.push(pairOf(v4[i] ?? v4[0], v6[i] ?? v6[0]));
  }
  return all.slice(1, 1 + MOST_OTHERS);
}

/** The active addresses of a family, the first choice of this key first. */
function ranked(pool: PoolFact, family: 4 | 6, key: string): SendingAddress[] {
  return pool.addresses
    .filter(({ state, ip }) => state === 'active' && ipFamily(ip) === family)
    .map((address) => ({ address, score: hash(`${key} ${address.ip}`) }))
    .sort((a, b) => b.score - a.score)
    .map(({ address }) => ({ ip: address.ip, family, hostname: address.hostname, pool: pool.name }));
}

function pairOf(v4: SendingAddress | undefined, v6: SendingAddress | undefined): SendingAddresses {
  return { ...(v4 !== undefined && { v4 }), ...(v6 !== undefined && { v6 }) };
}

function poolNames(request: AddressRequest): readonly string[] {
  if (request.customer.id === RELAY_CUSTOMER) return [...request.customer.pools, INBOUND_POOL];
  if (request.direction === 'inbound') return [INBOUND_POOL];
  if (request.stream === BUSINESS_STREAM) return request.customer.pools;
  return request.customer.streams.find((stream) => stream.name === request.stream)?.pools ?? request.customer.pools;
}

function fromPool(pool: PoolFact, key: string): SendingAddresses | undefined {
  const v4 = pick(pool, 4, key);
  const v6 = pick(pool, 6, key);
  return v4 === undefined && v6 === undefined ? undefined : pairOf(v4, v6);
}

/** Rendezvous hashing: each key has its own order of the addresses, so one that goes or comes moves only its share. */
function pick(pool: PoolFact, family: 4 | 6, key: string): SendingAddress | undefined {
  let best: PoolAddressFact | undefined;
  let bestScore = -1;
  for (const address of pool.addresses) {
    if (address.state !== 'active' || ipFamily(address.ip) !== family) continue;
    const score = hash(`${key} ${address.ip}`);
    if (score > bestScore) [best, bestScore] = [address, score];
  }
  return best && { ip: best.ip, family, hostname: best.hostname, pool: pool.name };
}

/** FNV-1a with a final mix: without it, keys that differ in the last characters only would score alike. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function anyAddress(hostname: string): SendingAddresses {
  return {
    v4: { ip: ANY_IPV4, family: 4, hostname, pool: DEFAULT_POOL },
    v6: { ip: ANY_IPV6, family: 6, hostname, pool: DEFAULT_POOL },
  };
}
