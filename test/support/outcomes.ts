// Outcomes as short texts, for comparison in tests.

import type { Outcome } from '../../src/mail/message.ts';

/** Such as `delivered 250`, `deferred rcpt 450 (recipient)`, `bounced null-mx`. */
export function told(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'nothing';
  if (outcome.kind === 'delivered') return `delivered ${outcome.reply.code}`;
  if (outcome.kind !== 'deferred' && outcome.kind !== 'bounced') return outcome.kind;
  const { cause } = outcome;
  const why = cause.from === 'us' ? cause.cause : `${cause.stage} ${cause.reply.code}`;
  return outcome.kind === 'deferred' ? `deferred ${why} (${outcome.scope})` : `bounced ${why}`;
}

/** The lines of its conversation, `said | reply`. */
export function saidOf(outcome: Outcome | undefined): string[] {
  return outcome !== undefined && 'attempt' in outcome
    ? (outcome.attempt?.conversation.map(({ said, reply }) => `${said} | ${reply ?? ''}`) ?? [])
    : [];
}
