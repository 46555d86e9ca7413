// Is port 25 of a customer's mail hosts shut to everyone but us? Seen from an address that no customer lets through, and
// from ours to compare: what nobody gets through to says nothing about a firewall.

import { isIP } from 'node:net';
import type { CustomerFact } from '../../mail/authorise/directory.ts';
import type { ProbeAnswer, ProbeOptions, ProbeOrigin } from '../../network/probe.ts';
import type { Endpoint } from '../../platform/config/units.ts';
import { addressList, type Published } from './published.ts';

/** What was seen of one port. */
export interface PortFinding {
  host: string;
  ip?: string;
  port: number;
  /** `unknown`: could not be told; the reason says why, and what would help. */
  state: 'open' | 'shut' | 'unknown';
  reason: string;
  /** Where the stranger's view was taken from. */
  from?: string;
  /** Whether we get through. */
  ours?: 'open' | 'shut' | 'unknown';
}

export interface CheckParts {
  hostname: string;
  /** `delivery.port`: where mail hosts are looked for by anyone. */
  port: number;
  probe: {
    address: readonly string[];
    vantage?: Endpoint | undefined;
    control?: Endpoint | undefined;
    timeout: number;
  };
  /** `delivery.allow_private`. */
  allowPrivate: boolean;
  addressesOf(host: string): Promise<readonly string[]>;
  isPublic(ip: string): boolean;
  ask(options: ProbeOptions): Promise<ProbeAnswer>;
}

/** Ports looked at for one customer; a list longer than this is a mistake or a scan. */
const MOST_PORTS = 32;

/** Looks at every mail host of the customer. Never rejects for what is there; takes up to a minute. */
export async function checkPorts(
  parts: CheckParts,
  customer: CustomerFact,
  context: { published: Published; domain: string | undefined },
): Promise<PortFinding[]> {
  const targets: { host: string; port: number; ip?: string }[] = [];
  for (const { host, port } of customer.mailhosts) {
    const ips = await parts.addressesOf(host);
    for (const one of new Set([port, parts.port])) {
      if (ips.length === 0) targets.push({ host, port: one });
      for (const ip of ips) targets.push({ host, port: one, ip });
    }
  }
  const looked = targets.slice(0, MOST_PORTS).map(async (target) => {
    const { ip } = target;
    if (ip === undefined) return unknown(target, 'its name has no address in DNS');
    return checkPort(parts, { ...target, ip }, context);
  });
  const left = targets.slice(MOST_PORTS).map((target) => unknown(target, `only ${MOST_PORTS} ports are looked at`));
  return [...(await Promise.all(looked)), ...left];
}

interface Target {
  host: string;
  port: number;
  ip: string;
}

function unknown(target: { host: string; port: number; ip?: string }, reason: string): PortFinding {
  return { ...target, state: 'unknown', reason };
}

async function checkPort(
  parts: CheckParts,
  target: Target,
  { published, domain }: { published: Published; domain: string | undefined },
): Promise<PortFinding> {
  const { ip, port } = target;
  if (!parts.isPublic(ip) && !parts.allowPrivate) {
    return unknown(target, 'a private address: nobody outside could reach it by this address');
  }
  const outside = originFor(parts, ip, published);
  if ('reason' in outside) return unknown(target, outside.reason);
  const options = {
    target: { ip, port },
    hostname: parts.hostname,
    timeoutMs: parts.probe.timeout,
    ...(domain !== undefined && { recipient: `postmaster@${domain}` }),
  };
  const [strange, ours, way] = await Promise.all([
    parts.ask({ ...options, origin: outside.origin }),
    parts.ask({ ...options, origin: ourOrigin(published, ip) }),
    wayOut(parts, outside.origin),
  ]);
  const judged = judge(strange, ours, { way, vantage: outside.origin.kind === 'vantage' });
  return { ...target, ...judged, from: outside.name, ours: ours.kind === 'taken' ? 'open' : stateOfOurs(ours) };
}

function stateOfOurs(answer: ProbeAnswer): 'shut' | 'unknown' {
  return answer.kind === 'not-tried' ? 'unknown' : 'shut';
}

function originFor(
  { probe }: CheckParts,
  ip: string,
  published: Published,
): { origin: ProbeOrigin; name: string } | { reason: string } {
  if (probe.vantage !== undefined) {
    return { origin: { kind: 'vantage', server: probe.vantage }, name: `${probe.vantage.host}:${probe.vantage.port}` };
  }
  if (probe.address.length === 0) return { reason: 'no [probe] address or vantage is configured to look from' };
  const known = new Set(addressList(published));
  const family = probe.address.filter((address) => isIP(address) === isIP(ip));
  const bind = family.find((address) => !known.has(address));
  if (bind !== undefined) return { origin: { kind: 'here', bind }, name: bind };
  return {
    reason:
      family.length > 0
        ? `${family.join(', ')} of [probe] is among the addresses that are let through`
        : `[probe] address has none of IPv${isIP(ip)}`,
  };
}

/** From an address that mail for the customer comes from, if this machine knows one of the family. */
function ourOrigin({ inbound }: Published, ip: string): ProbeOrigin {
  const ours = inbound.find(
    ({ ip: own, state, pool }) => pool !== 'default' && state === 'active' && isIP(own) === isIP(ip),
  );
  return ours === undefined ? { kind: 'here' } : { kind: 'here', bind: ours.ip };
}

type WayOut = 'open' | 'blocked' | 'not-configured';

/** Whether a port that is open to all can be reached from where the stranger's view is taken. */
async function wayOut(parts: CheckParts, origin: ProbeOrigin): Promise<WayOut> {
  const { control, timeout } = parts.probe;
  if (control === undefined) return 'not-configured';
  for (const ip of await parts.addressesOf(control.host)) {
    if (origin.kind === 'here' && origin.bind !== undefined && isIP(origin.bind) !== isIP(ip)) continue;
    const target = { ip, port: control.port };
    const answer = await parts.ask({ origin, target, hostname: parts.hostname, timeoutMs: timeout });
    if (answer.kind === 'taken' || answer.kind === 'refused') return 'open';
  }
  return 'blocked';
}

/** What the two views say together. */
export function judge(
  strange: ProbeAnswer,
  ours: ProbeAnswer,
  { way, vantage }: { way: WayOut; vantage: boolean },
): Pick<PortFinding, 'state' | 'reason'> {
  switch (strange.kind) {
    case 'taken':
      return { state: 'open', reason: `strangers are taken: ${strange.greeting}` };
    case 'not-tried':
      return { state: 'unknown', reason: strange.detail };
    case 'refused':
      return judgeRefusal(strange, ours);
    case 'silent':
      if (strange.how === 'closed' && ours.kind === 'taken') {
        return { state: 'shut', reason: 'strangers are hung up on without a word' };
      }
      return { state: 'unknown', reason: `a connection is taken, but at ${strange.stage} nothing more is said` };
    case 'no-connection':
      return judgeNoConnection(strange, ours, { way, vantage });
    default:
      return strange satisfies never;
  }
}

function judgeRefusal(
  { stage, reply }: Extract<ProbeAnswer, { kind: 'refused' }>,
  ours: ProbeAnswer,
): Pick<PortFinding, 'state' | 'reason'> {
  const said = `at ${stage} strangers are told ${reply.code} ${reply.text}`;
  // RFC 3207 4: 530 asks for TLS first, whoever it is.
  if (reply.code === 530) return { state: 'open', reason: `${said}: TLS would open it` };
  if (reply.code < 500) return { state: 'unknown', reason: `${said}: greylisting would look the same` };
  if (ours.kind === 'taken') return { state: 'shut', reason: said };
  if (ours.kind === 'refused' && ours.reply.code === reply.code) {
    return { state: 'unknown', reason: `${said}, and so are we` };
  }
  return { state: 'unknown', reason: `${said}; there is no view of ours to compare (${whatHappened(ours)})` };
}

function judgeNoConnection(
  { how, detail }: Extract<ProbeAnswer, { kind: 'no-connection' }>,
  ours: ProbeAnswer,
  { way, vantage }: { way: WayOut; vantage: boolean },
): Pick<PortFinding, 'state' | 'reason'> {
  if (ours.kind === 'no-connection' || ours.kind === 'not-tried' || ours.kind === 'silent') {
    return {
      state: 'unknown',
      reason: `strangers do not get through (${detail}), but neither do we (${whatHappened(ours)})`,
    };
  }
  if (way === 'blocked') {
    return {
      state: 'unknown',
      reason: `from there not even [probe] control is reached: the way out is blocked (${detail})`,
    };
  }
  // No route from the address we look from: the port was never asked.
  if (detail === 'ENETUNREACH' && way !== 'open') {
    return { state: 'unknown', reason: `there is no way to it from the address looked from (${detail})` };
  }
  // Most networks elsewhere let nobody out to port 25.
  if (vantage && way === 'not-configured' && how !== 'refused') {
    return { state: 'unknown', reason: `no answer (${detail}); without [probe] control the way out may be blocked` };
  }
  return { state: 'shut', reason: how === 'refused' ? 'the connection is refused' : `no connection (${detail})` };
}

function whatHappened(answer: ProbeAnswer): string {
  switch (answer.kind) {
    case 'taken':
      return 'we are taken';
    case 'refused':
      return `we are told ${answer.reply.code} at ${answer.stage}`;
    case 'silent':
      return `nothing said at ${answer.stage}`;
    case 'no-connection':
    case 'not-tried':
      return answer.detail;
    default:
      return answer satisfies never;
  }
}
