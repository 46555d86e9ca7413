// Whether a customer's mail host takes its mail: reachable, STARTTLS, and postmaster is known there (RFC 5321 4.5.1).
// Nothing is sent: the conversation ends with RSET.

import type { Resolver } from '../../../network/dns-answer.ts';
import { outsideAddresses } from '../../../network/host-addresses.ts';
import type { HostProbe, ProbeMailHost } from '../../../network/mail-host-probe.ts';
import type { OutsideGuard } from '../../../network/outside-address.ts';
import { advise } from '../advice.ts';
import { type Finding, type Say, sayOf, shown, unknown } from '../finding.ts';
import { type MailHostSubject, mailHostName } from '../subjects.ts';

export interface MailHostWay {
  dns: Resolver;
  guard: OutsideGuard;
  probe: ProbeMailHost;
  /** Nobody waits any longer. */
  signal?: AbortSignal;
}

/** So many addresses of a host are tried, one after the other. */
const MOST_ADDRESSES = 3;

/** Looks at a mail host. */
export async function lookMailHost(
  subject: MailHostSubject,
  { dns, guard, probe, signal }: MailHostWay,
): Promise<Finding> {
  const { host, port, domains } = subject;
  const name = mailHostName(subject);
  const expected = `${name} is reachable from here, offers STARTTLS and takes ${postmasters(domains)}`;
  const say = sayOf('mailhost', expected);
  const addresses = await outsideAddresses(host, { resolver: dns, guard });
  if (addresses.kind === 'temporary') return unknown('mailhost', expected, addresses.detail);
  if (addresses.kind === 'none') return say('fail', `${host} has no address`, advise('mailhost.no_address', { host }));
  if (addresses.kind === 'refused') {
    return say('fail', `${host}: ${addresses.reason}`, advise('mailhost.private'));
  }
  let last: HostProbe | undefined;
  for (const ip of addresses.addresses.slice(0, MOST_ADDRESSES)) {
    if (signal?.aborted === true) break;
    const recipients = domains.map((domain) => `postmaster@${domain}`);
    last = await probe({ host, ip, port, recipients, ...(signal !== undefined && { signal }) });
    if (last.kind === 'answered') return judge(last, { ip, name, say });
  }
  const detail = last?.kind === 'unreachable' ? shown(last.detail) : 'no answer';
  const at = addresses.addresses.slice(0, MOST_ADDRESSES).join(', ');
  return say('fail', `${at}: ${detail}`, advise('mailhost.unreachable', { host: name }));
}

function postmasters(domains: readonly string[]): string {
  const [first] = domains;
  if (first === undefined) return 'mail';
  return domains.length === 1 ? `postmaster@${first}` : `postmaster@${first} and that of ${domains.length - 1} more`;
}

function judge(
  { tls, refused, temporary }: Extract<HostProbe, { kind: 'answered' }>,
  { ip, name, say }: { ip: string; name: string; say: Say },
): Finding {
  const words =
    tls.kind === 'none'
      ? 'no STARTTLS'
      : tls.kind === 'broken'
        ? `STARTTLS fails: ${shown(tls.detail)}`
        : tlsWords(tls);
  const [first] = refused;
  if (first !== undefined) {
    const found = `${ip}, ${words}; ${first.recipient}: ${shown(first.reply)}`;
    return say('fail', found, advise('mailhost.refused', { host: name, recipient: first.recipient }));
  }
  const [later] = temporary;
  if (later !== undefined) {
    return say(
      'unknown',
      `${ip}, ${words}; ${later.recipient}: ${shown(later.reply)}`,
      advise('mailhost.greylisted', { host: name }),
    );
  }
  const found = `${ip}, ${words}; postmaster is taken`;
  if (tls.kind === 'none') return say('warn', found, advise('mailhost.no_tls', { host: name }));
  if (tls.kind === 'broken') return say('warn', found, advise('mailhost.broken_tls', { host: name }));
  return say('ok', found);
}

function tlsWords(
  tls: Extract<Extract<HostProbe, { kind: 'answered' }>['tls'], { kind: 'good' | 'unverified' }>,
): string {
  return tls.kind === 'good'
    ? `${tls.version}, certificate verified`
    : `${tls.version}, certificate not verified (${shown(tls.detail)})`;
}
