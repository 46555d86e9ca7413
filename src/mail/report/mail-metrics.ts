// Metrics of what becomes of the mail, over all stages. What one stage alone knows (commits, connections, sessions) it
// counts itself.

import type { Metrics } from '../../platform/metrics.ts';
import type { Cause, MessageMeta, Outcome } from '../message.ts';
import type { Work } from '../queue/queue.ts';
import { classifyBounce } from './bounce-class.ts';
import type { RecipientEvent } from './events.ts';

export interface MailMetrics {
  /** A message got its 250. */
  accepted(meta: MessageMeta): void;
  /** A notice of ours went into the queue. */
  notice(meta: MessageMeta): void;
  /** A late bounce or a complaint was noted. */
  returned(note: RecipientEvent): void;
  /** The outcome of one recipient is durable. `now`: milliseconds since 1970. */
  outcome(work: Work, outcome: Outcome, now?: number): void;
}

/** Accept to delivered, seconds: from what a user does not notice up to days. */
const LATENCY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 43_200, 172_800];

/** Makes the handles. */
export function createMailMetrics(metrics: Metrics): MailMetrics {
  const accepted = metrics.counter(
    'easymail_messages_accepted_total',
    'Messages taken over with a 250, by direction. Worry when it falls to nothing in working hours.',
    ['direction'],
  );
  const recipients = metrics.counter(
    'easymail_recipients_total',
    'What became of recipients, by direction. delivered: a receiver took the mail over. deferred: an attempt failed ' +
      'and another follows; worry when it outgrows delivered. bounced: refused for good; worry above a tenth of ' +
      'delivered. expired: all time was used up; worry at any steady growth. held, suppressed: on a list of addresses ' +
      'that are not tried; worry when they outgrow bounced.',
    ['direction', 'outcome'],
  );
  const failures = metrics.counter(
    'easymail_failures_total',
    'Failed attempts by cause. A cause of ours by its name; a reply by its first two RFC 3463 numbers (5.1 address, ' +
      '5.2 mailbox, 4.3 system, 5.7 policy). Worry when 4.7 or 5.7 grows over many destinations: reputation; when ' +
      'dns-temporary grows: the resolver; at any internal: the log knows why.',
    ['kind', 'cause'],
  );
  const bounces = metrics.counter(
    'easymail_bounces_total',
    'Recipients that ended bounced or expired, by class and by who can do something about it. invalid_address and ' +
      'mailbox_unavailable: the address; content, authentication, policy: what the customer sends or how; reputation, ' +
      'volume: how receivers see the relay, worry when these grow over many destinations; technical: the receiver; ' +
      'unclassified: a reply that no rule knows.',
    ['class', 'permanence', 'responsible'],
  );
  const delivered = deliveredCounts(metrics);
  const notices = noticeCounts(metrics);
  const returned = returnCounts(metrics);
  return {
    accepted: (meta) => accepted.add(1, { direction: meta.direction }),
    notice: (meta) => notices(meta, 'made'),
    returned,
    outcome(work, outcome, now = Date.now()) {
      if (outcome.kind === 'untouched') return;
      recipients.add(1, { direction: work.meta.direction, outcome: outcome.kind });
      if (outcome.kind === 'bounced' || outcome.kind === 'expired') {
        bounces.add(1, bounceLabels(outcome));
        notices(work.meta, 'undeliverable');
      }
      if (outcome.kind === 'delivered') {
        delivered(work.meta, outcome, now);
      } else if (outcome.kind === 'deferred' || outcome.kind === 'bounced') {
        failures.add(1, { kind: outcome.kind, cause: causeLabel(outcome.cause) });
      }
    },
  };
}

/** Measures what was delivered. */
function deliveredCounts(metrics: Metrics) {
  const latency = metrics.histogram(
    'easymail_accept_to_delivered_seconds',
    'Time from our 250 to that of the receiver. Worry when the median of fresh mail passes 5 seconds.',
    LATENCY_SECONDS,
  );
  const tls = metrics.counter(
    'easymail_delivered_tls_total',
    'Delivered recipients by TLS: verified, unverified (opportunistic), none. Worry when none grows: receivers that ' +
      'used to take TLS no longer do, or it fails.',
    ['tls'],
  );
  return (meta: MessageMeta, outcome: Extract<Outcome, { kind: 'delivered' }>, now: number): void => {
    latency.observe(Math.max(0, now - meta.acceptedAt) / 1000);
    tls.add(1, { tls: tlsLabel(outcome) });
  };
}

/** Counts notes on recipients that had their end. */
function returnCounts(metrics: Metrics): (note: RecipientEvent) => void {
  const returned = metrics.counter(
    'easymail_returned_total',
    'Recipients on whom something was noted after their end: late bounces by class, and complaints. Worry when late ' +
      'bounces outgrow a tenth of delivered, or complaints a thousandth: lists that nobody cleans.',
    ['class'],
  );
  return ({ bounce }) => returned.add(1, { class: bounce?.class ?? 'complaint' });
}

/** Counts what becomes of a message, where it is a notice of ours. */
function noticeCounts(metrics: Metrics): (meta: MessageMeta, result: 'made' | 'undeliverable') => void {
  const notices = metrics.counter(
    'easymail_notices_total',
    'Notices to senders (failure, delay, relayed). made: put into the queue. undeliverable: ended there, so nobody was ' +
      'told; worry when these outgrow a tenth of those made: senders that do not exist.',
    ['subject', 'result'],
  );
  return ({ noticeOf }, result) => {
    if (noticeOf !== undefined) notices.add(1, { subject: noticeOf.subject, result });
  };
}

function bounceLabels(outcome: Extract<Outcome, { kind: 'bounced' | 'expired' }>) {
  const cause = outcome.kind === 'bounced' ? outcome.cause : (outcome.lastCause ?? { from: 'us', cause: 'expired' });
  const { class: name, permanence, responsible } = classifyBounce(cause);
  return { class: name, permanence, responsible };
}

function tlsLabel(outcome: Extract<Outcome, { kind: 'delivered' }>): string {
  const { tls } = outcome.attempt;
  if (tls === undefined) return 'none';
  return tls.verified ? 'verified' : 'unverified';
}

/** Few values, whatever a remote says. */
function causeLabel(cause: Cause): string {
  if (cause.from === 'us') return cause.cause;
  const subject = /^[45]\.([0-7])\./.exec(cause.reply.enhanced ?? '')?.[1] ?? '0';
  return `${cause.reply.code >= 500 ? 5 : 4}.${subject}`;
}
