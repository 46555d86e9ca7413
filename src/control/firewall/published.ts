// What a customer's firewall should let through: the addresses that we come from, and the names that we are reached by.

import type { CustomerFact, Directory, PoolAddressFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';

/** An address of ours. */
export interface PublishedAddress {
  pool: string;
  ip: string;
  hostname: string;
  /** An address that drains still has connections, and is let through until it is out. */
  state: 'active' | 'draining';
}

/** What the customer sets its firewall by. */
export interface Published {
  customer: CustomerId;
  /** Mail for the customer comes to its mail hosts from here: to be let in to port 25, and nobody else. */
  inbound: PublishedAddress[];
  /** The customer's own mail leaves for the Internet from here, by pool in order: what SPF must name. */
  outbound: PublishedAddress[];
  /** Where the customer's server hands its mail in: to be let out to. */
  submit: { hostname: string; port: number; tls: string; roles: string[] }[];
  /** What is missing. */
  notes: string[];
}

export interface PublishedParts {
  directory: Pick<Directory, 'customer' | 'pool'>;
  hostname: string;
  listeners: readonly { address: { host: string; port: number }; roles: readonly string[]; tls: string }[];
  /** Name of the pool that mail towards mail hosts leaves from, where there is one. */
  inboundPool: string;
  /** Addresses of this node by its name. */
  addressesOf(host: string): Promise<readonly string[]>;
}

/** Nothing where there is no such customer. */
export async function published(parts: PublishedParts, id: CustomerId): Promise<Published | undefined> {
  const customer = parts.directory.customer(id);
  if (customer === undefined) return undefined;
  const notes: string[] = [];
  const outbound = poolsOf(customer).flatMap((name) => fromPool(parts, name));
  if (outbound.length === 0) notes.push('no pool of this customer has an address: its mail waits');
  const { inbound, note } = await inboundAddresses(parts);
  if (note !== undefined) notes.push(note);
  return { customer: id, inbound, outbound, submit: submitPoints(parts), notes };
}

/** Addresses that mail towards every customer's mail hosts comes from; a note where nothing fixes them. */
export async function inboundAddresses(parts: PublishedParts): Promise<{ inbound: PublishedAddress[]; note?: string }> {
  const inbound = fromPool(parts, parts.inboundPool);
  if (inbound.some(({ state }) => state === 'active')) return { inbound };
  const own = await parts.addressesOf(parts.hostname);
  const ours = own.map((ip) => ({ pool: 'default', ip, hostname: parts.hostname, state: 'active' as const }));
  const note =
    own.length === 0
      ? `${parts.hostname} has no address in DNS: make a pool named "${parts.inboundPool}" to fix the addresses that mail comes from`
      : `addresses of ${parts.hostname} by DNS: a pool named "${parts.inboundPool}" would fix the addresses that mail comes from`;
  return { inbound: [...inbound, ...ours], note };
}

/** Where customers' servers hand their mail in. */
export function submitPoints({
  listeners,
  hostname,
}: Pick<PublishedParts, 'listeners' | 'hostname'>): Published['submit'] {
  return listeners
    .filter(({ roles }) => roles.some((role) => role !== 'inbound'))
    .map(({ address, roles, tls }) => ({ hostname, port: address.port, tls, roles: [...roles] }));
}

/** Pools of business mail first, then those of streams. */
function poolsOf(customer: CustomerFact): string[] {
  return [...new Set([...customer.pools, ...customer.streams.flatMap((stream) => stream.pools)])];
}

function fromPool({ directory }: PublishedParts, name: string): PublishedAddress[] {
  return (directory.pool(name)?.addresses ?? []).filter(isUsed).map(({ ip, hostname, state }) => ({
    pool: name,
    ip,
    hostname,
    state,
  }));
}

function isUsed(address: PoolAddressFact): address is PoolAddressFact & { state: 'active' | 'draining' } {
  return address.state !== 'out';
}

/** Every address once, in order. */
export function addressList({ inbound, outbound }: Published): string[] {
  return [...new Set([...inbound, ...outbound].map(({ ip }) => ip))];
}
