// Finding a host that takes mail: hosts in order, each at each of its addresses, from ours of the same family.

import type { SecureContext } from 'node:tls';
import type { Deadlines } from '../../network/deadlines.ts';
import type { HostMemory } from '../../network/host-memory.ts';
import {
  type ContentVerb,
  type OpenFailure,
  type OpenResult,
  openSession,
  type SmtpSession,
  type SmtpTimeouts,
} from '../../network/smtp-session.ts';
import type { Exchange } from '../../network/smtp-wire.ts';
import type { TlsSessions } from '../../network/tls-sessions.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Attempt, CustomerId } from '../message.ts';
import { ipFamily } from '../route/ip-address.ts';
import type { RoutedHosts, SendingAddress } from '../route/route.ts';
import { ANY_IPV4, ANY_IPV6, type SendingAddresses } from '../route/sending-address.ts';

/** Where an answer takes longer than this, one way there and back less a message is worth having. */
const LONG_WAY_MS = 4;
/** RFC 5321 5.1: at least two addresses are tried; trying all of a long list would hold the message for very long. */
const MOST_ADDRESSES = 8;

export interface ReachContext {
  delivery: Pick<Config['delivery'], 'chunking'>;
  deadlines: Deadlines;
  hosts: HostMemory;
  timeouts: SmtpTimeouts;
  tlsContext: SecureContext;
  tlsSessions: TlsSessions;
  /** Called when a customer's mail host is found down again, and when it is back. */
  mailHost: (news: MailHostNews) => void;
}

/** About a mail host of a customer. `unreachable` is told each time that this is found anew, not at the first. */
export interface MailHostNews {
  customer: CustomerId;
  /** Name and port. */
  host: string;
  state: 'unreachable' | 'recovered';
  /** Why it cannot be reached. */
  detail: string;
}

/** A session, and from which of our addresses. */
export interface Reached extends SmtpSession {
  from: NonNullable<Attempt['from']>;
  /** Of the host, in `HostMemory`. */
  key: string;
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
    if (opened.kind === 'open') return { kind: 'reached', session: reached(candidate, opened.session, context), log };
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
    tlsSessions: context.tlsSessions,
    timeouts: context.timeouts,
    deadlines: context.deadlines,
  });
  tellHealth(candidate, route, opened, context);
  if (opened.kind === 'open' && opened.plain) context.hosts.noteBrokenTls(key);
  return opened;
}

/** Once is an accident; a host that is still down when it is tried again, a minute later, is down. */
const DOWN = 2;

function tellHealth(candidate: Candidate, route: RoutedHosts, opened: OpenResult, context: ReachContext): void {
  const key = memoryKey(candidate);
  const customer = route.mailHostsOf;
  const host = `${candidate.host}:${candidate.port}`;
  if (opened.kind === 'open') {
    const failures = context.hosts.noteSuccess(key);
    if (failures < DOWN || customer === undefined) return;
    context.mailHost({ customer, host, state: 'recovered', detail: '' });
  } else if (costsTime(opened.failure)) {
    const failures = context.hosts.noteFailure(key);
    if (failures < DOWN || customer === undefined || opened.failure.from === 'remote') return;
    const { kind, detail } = opened.failure.fault;
    context.mailHost({ customer, host, state: 'unreachable', detail: `${kind}: ${detail}` });
  }
}

/** RFC 5321 5.1 wants the preferred host tried first; only one that lets us wait for nothing is put behind others. */
function costsTime(failure: OpenFailure): boolean {
  if (failure.from === 'remote') return false;
  const { kind } = failure.fault;
  return (
    kind === 'connect-failed' || kind === 'connect-timeout' || kind === 'connection-lost' || kind === 'reply-timeout'
  );
}

function reached(candidate: Candidate, session: SmtpSession, context: ReachContext): Reached {
  const key = memoryKey(candidate);
  return { ...session, contentVerb: contentVerb(session, key, context), from: ourSide(candidate, session), key };
}

/** Whether BDAT is worth a try. Towards what is near, DATA does as well, and is known to work everywhere. */
function contentVerb({ extensions, wire }: SmtpSession, key: string, context: ReachContext): ContentVerb {
  const { chunking } = context.delivery;
  if (chunking === 'never' || !extensions.chunking || !extensions.pipelining) return 'data';
  if (chunking === 'auto' && wire.quickestReplyMs < LONG_WAY_MS) return 'data';
  return context.hosts.botchesBdat(key) ? 'data' : 'try bdat';
}

function ourSide({ from }: Candidate, session: SmtpSession): Reached['from'] {
  // The address is asked of the socket now: once that is closed, nobody knows it any more.
  return { ip: session.wire.localAddress ?? from.ip, hostname: from.hostname, pool: from.pool };
}
