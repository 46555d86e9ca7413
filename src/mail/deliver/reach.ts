// Finding a host that takes mail: hosts in order, each at each of its addresses, from ours of the same family.

import type { SecureContext } from 'node:tls';
import type { Deadlines } from '../../network/deadlines.ts';
import type { HostMemory } from '../../network/host-memory.ts';
import { type OpenFailure, openSession, type SmtpSession, type SmtpTimeouts } from '../../network/smtp-session.ts';
import type { Exchange } from '../../network/smtp-wire.ts';
import type { Attempt } from '../message.ts';
import { ipFamily } from '../route/ip-address.ts';
import type { RoutedHosts, SendingAddress } from '../route/route.ts';
import { ANY_IPV4, ANY_IPV6, type SendingAddresses } from '../route/sending-address.ts';

/** RFC 5321 5.1: at least two addresses are tried; trying all of a long list would hold the message for very long. */
const MOST_ADDRESSES = 8;

export interface ReachContext {
  deadlines: Deadlines;
  hosts: HostMemory;
  timeouts: SmtpTimeouts;
  tlsContext: SecureContext;
}

/** A session, and from which of our addresses. */
export interface Reached extends SmtpSession {
  from: NonNullable<Attempt['from']>;
}

/** A place to try. */
export interface Candidate {
  host: string;
  ip: string;
  port: number;
  from: SendingAddress;
}

export type ReachResult =
  | { kind: 'reached'; session: Reached; log: Exchange[] }
  | { kind: 'failed'; failures: { candidate: Candidate; failure: OpenFailure }[]; log: Exchange[] };

/** Tries the hosts until one takes mail. Never rejects. No failures at all: no host has an address of our families. */
export async function reach(
  route: RoutedHosts,
  addresses: SendingAddresses,
  context: ReachContext,
): Promise<ReachResult> {
  const failures: { candidate: Candidate; failure: OpenFailure }[] = [];
  const log: Exchange[] = [];
  for (const candidate of candidates(route, addresses, context.hosts)) {
    const opened = await open(candidate, route, context);
    log.push(...opened.log);
    if (opened.kind === 'open')
      return { kind: 'reached', session: { ...opened.session, from: ourSide(candidate, opened.session) }, log };
    failures.push({ candidate, failure: opened.failure });
    if (isStopped(opened.failure)) break;
  }
  return { kind: 'failed', failures, log };
}

/** We stop: it says nothing about the host. */
export function isStopped(failure: OpenFailure): boolean {
  return failure.from === 'us' && failure.fault.kind === 'stopped';
}

function candidates(route: RoutedHosts, addresses: SendingAddresses, hosts: HostMemory): Candidate[] {
  const all: Candidate[] = [];
  for (const { name, port, addresses: ips } of route.hosts) {
    for (const ip of ips) {
      const from = ipFamily(ip) === 6 ? addresses.v6 : addresses.v4;
      if (from !== undefined) all.push({ host: name, ip, port, from });
    }
  }
  return hosts.order(all, memoryKey).slice(0, MOST_ADDRESSES);
}

function memoryKey({ ip, port, from }: Candidate): string {
  // What one of our addresses can not reach, another may.
  return `${from.ip} ${ip} ${port}`;
}

async function open(candidate: Candidate, route: RoutedHosts, context: ReachContext) {
  const key = memoryKey(candidate);
  const { host, ip, port, from } = candidate;
  const bound = from.ip !== ANY_IPV4 && from.ip !== ANY_IPV6;
  const plain = route.tls === 'opportunistic' && context.hosts.speaksPlain(key);
  const opened = await openSession({
    target: { host, ip, port },
    from: { hostname: from.hostname, ...(bound && { bind: from.ip }) },
    tls: plain ? 'none' : route.tls,
    tlsContext: context.tlsContext,
    timeouts: context.timeouts,
    deadlines: context.deadlines,
  });
  if (opened.kind === 'open') context.hosts.noteSuccess(key);
  else if (costsTime(opened.failure)) context.hosts.noteFailure(key);
  if (opened.kind === 'open' && opened.plain) context.hosts.noteBrokenTls(key);
  return opened;
}

/** RFC 5321 5.1 wants the preferred host tried first; only one that lets us wait for nothing is put behind others. */
function costsTime(failure: OpenFailure): boolean {
  if (failure.from === 'remote') return false;
  const { kind } = failure.fault;
  return (
    kind === 'connect-failed' || kind === 'connect-timeout' || kind === 'connection-lost' || kind === 'reply-timeout'
  );
}

function ourSide({ from }: Candidate, session: SmtpSession): Reached['from'] {
  // The address is asked of the socket now: once that is closed, nobody knows it any more.
  return { ip: session.wire.localAddress ?? from.ip, hostname: from.hostname, pool: from.pool };
}
