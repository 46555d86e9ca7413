// What the SMTP server counts.

import type { Metrics } from '../../platform/metrics.ts';
import type { NamedReply } from './replies.ts';

export interface AcceptMetrics {
  opened(): void;
  closed(): void;
  refused(reply: NamedReply): void;
  /** A message got its 250; octets as received. */
  taken(octets: number): void;
  loggedIn(): void;
  /** Sessions under TLS, by version. */
  secured(version: string): void;
  handshakeFailed(): void;
}

/** The handles of this stage in the thread's metrics. */
export function acceptMetrics(metrics: Metrics): AcceptMetrics {
  const sessions = metrics.counter(
    'easymail_smtp_sessions_total',
    'SMTP sessions that clients opened. Worry when it stops while customers are at work, or jumps tenfold.',
  );
  const open = metrics.gauge(
    'easymail_smtp_sessions_open',
    'SMTP sessions open now. Worry near limits.connections: further clients get 421.',
  );
  const refusals = metrics.counter(
    'easymail_smtp_refused_total',
    'Refusals by reply, as named in docs/reference/replies.md. Worry about localError at once, and about storageFull.',
    ['reply'],
  );
  const messages = metrics.counter(
    'easymail_smtp_messages_total',
    'Messages that got a 250. Worry when it stays flat while sessions grow.',
  );
  const octets = metrics.counter('easymail_smtp_message_octets_total', 'Octets of messages that got a 250.');
  const logins = metrics.counter('easymail_smtp_logins_total', 'Logins that succeeded.');
  const tls = metrics.counter(
    'easymail_smtp_tls_total',
    'Sessions that began TLS, by version. Worry when it falls while sessions do not: a certificate may be broken.',
    ['version'],
  );
  const failures = metrics.counter(
    'easymail_smtp_tls_failed_total',
    'TLS handshakes that failed. Scanners cause a few always; worry when customers cause them: certificate, old TLS.',
  );
  let now = 0;
  return {
    opened() {
      sessions.add(1);
      open.set(++now);
    },
    closed: () => open.set(--now),
    refused: (reply) => refusals.add(1, { reply: reply.name }),
    taken(size) {
      messages.add(1);
      octets.add(size);
    },
    loggedIn: () => logins.add(1),
    handshakeFailed: () => failures.add(1),
    secured: (version) => tls.add(1, { version }),
  };
}
