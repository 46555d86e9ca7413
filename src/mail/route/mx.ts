// RFC 5321 5.1: locating the target host by DNS.
//
// - MX by preference, random among equals; without any MX the domain itself is the host (implicit MX).
// - A null MX (RFC 7505), a domain that does not exist, or hosts of which none exists: undeliverable.
// - Where we are in the list, we and everything less preferred go; nothing left means that mail would loop.
// - A fault of DNS is never an answer: the mail waits.

import type { MxRecord } from '../../network/dns-answer.ts';
import { type HostAddresses, hostAddresses } from '../../network/host-addresses.ts';
import { createOutsideGuard } from '../../network/outside-address.ts';
import type { OwnCause } from '../message.ts';
import { domainTlsPolicy } from './policy.ts';
import type { Host, RouteAnswer } from './route.ts';
import type { RouteContext } from './route-recipient.ts';
import { shuffled } from './shuffled.ts';
import { siteName } from './site.ts';

/** Hosts looked up; a longer list is cut after the order is made. */
const MOST_HOSTS = 16;
const NONE: ReadonlySet<string> = new Set();

/** A host with what DNS says of it. */
interface Candidate {
  name: string;
  preference: number;
  found: HostAddresses;
}

/** The route by MX, or why there is none. */
export async function routeByMx(domain: string, context: RouteContext): Promise<RouteAnswer> {
  const answer = await context.resolver.mx(domain);
  if (answer.kind === 'temporary') return defer(`MX of ${domain}: ${answer.detail}`);
  if (answer.kind === 'none') {
    return answer.missing === 'domain'
      ? bounce('dns-no-domain', `${domain} does not exist`)
      : routeToList(domain, [{ preference: 0, exchange: domain }], 'implicit mx', context);
  }
  const hosts = answer.records.filter(({ exchange }) => exchange !== '');
  // RFC 7505 3: the only record, with an empty exchange.
  if (hosts.length === 0) return bounce('null-mx', `${domain} takes no mail`);
  return routeToList(domain, hosts, 'mx', context);
}

async function routeToList(
  domain: string,
  records: readonly MxRecord[],
  rule: string,
  context: RouteContext,
): Promise<RouteAnswer> {
  const listed = ordered(records, context.random ?? Math.random).slice(0, MOST_HOSTS);
  const lookUps = Promise.all(listed.map(({ exchange }) => hostAddresses(exchange, context.resolver)));
  const [found, own] = await Promise.all([lookUps, context.own.addresses()]);
  const all = listed.map(({ exchange, preference }, i) => ({
    name: exchange,
    preference,
    found: found[i] ?? { kind: 'none' as const, missing: 'record' as const },
  }));
  const left = withoutOurselves(all, ({ name, found }) => {
    return context.own.named(name) || (found.kind === 'found' && found.addresses.some((ip) => own.has(ip)));
  });
  if (left.length === 0) return bounce('mx-is-us', `${domain} names this relay as its best mail host`);
  const hosts = usableHosts(left, context);
  if (hosts.length === 0) return unusable(domain, left);
  return {
    kind: 'hosts',
    site: siteName(listed.map(({ exchange }) => ({ name: exchange, port: context.delivery.port }))),
    hosts,
    tls: domainTlsPolicy(domain),
    rule,
    connections: context.delivery.connections_per_destination,
  };
}

/** RFC 5321 5.1: lower preference first; equals in random order, so that load spreads. */
function ordered(records: readonly MxRecord[], random: () => number): MxRecord[] {
  return shuffled(records, random).sort((a, b) => a.preference - b.preference);
}

/** RFC 5321 5.1: "all MX records of the same or worse preference than ours are to be dropped". */
function withoutOurselves(candidates: Candidate[], isOurs: (one: Candidate) => boolean): Candidate[] {
  const best = Math.min(...candidates.filter(isOurs).map(({ preference }) => preference));
  return candidates.filter(({ preference }) => preference < best);
}

function usableHosts(candidates: readonly Candidate[], { delivery }: RouteContext): Host[] {
  // Which of the addresses are ours was asked before, by the port.
  const guard = createOutsideGuard({ allowPrivate: delivery.allow_private, own: () => NONE });
  const hosts: Host[] = [];
  for (const { name, found } of candidates) {
    if (found.kind !== 'found') continue;
    const addresses = found.addresses.filter((ip) => guard.refuses(ip) === undefined);
    if (addresses.length > 0) hosts.push({ name, port: delivery.port, addresses });
  }
  return hosts;
}

/** Why none of these can be used; a fault of DNS comes first, since a later look-up may find a host. */
function unusable(domain: string, candidates: readonly Candidate[]): RouteAnswer {
  for (const { name, found } of candidates) if (found.kind === 'temporary') return defer(`${name}: ${found.detail}`);
  const refused = candidates.filter(({ found }) => found.kind === 'found');
  if (refused.length === 0) return bounce('dns-no-host', `no mail host of ${domain} has an address`);
  const names = refused.map(({ name }) => name).join(', ');
  return bounce('private-address', `${names}: only private addresses`);
}

function defer(detail: string): RouteAnswer {
  return { kind: 'defer', cause: { from: 'us', cause: 'dns-temporary', detail } };
}

function bounce(cause: OwnCause, detail: string): RouteAnswer {
  return { kind: 'bounce', cause: { from: 'us', cause, detail } };
}
