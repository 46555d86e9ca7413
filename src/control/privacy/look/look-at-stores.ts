// The queue, the known recipients, the known hosts and the deliveries of webhooks.

import type { Finding, LookLimits, LookRun } from './look.ts';
import { olderRows, withDatabase } from './read-only.ts';

function only(...findings: (Finding | undefined)[]): LookRun {
  return { findings: findings.filter((finding) => finding !== undefined), unknown: [] };
}

/**
 * Queued mail is never dropped by age, so a message that waits longer than anything else is kept is told of for a person to
 * decide; events that the trace has not taken for so long are none of anybody's use.
 */
export function lookAtQueue(path: string, limits: LookLimits, now: number): LookRun {
  return withDatabase(path, (db) => {
    const before = now - limits.trace - limits.margin;
    const messages = olderRows(db, {
      store: 'queue',
      table: 'message',
      time: 'accepted_at',
      before,
      what: 'messages still in the queue, for a person to decide (released, or removed)',
    });
    const at = "cast(json_extract(substr(events, 1, instr(events || char(10), char(10)) - 1), '$.at') as integer)";
    const events = olderRows(db, {
      store: 'queue',
      table: 'outbox',
      time: at,
      before,
      what: 'events that the trace has not taken',
    });
    return only(messages, events);
  });
}

export function lookAtRecipients(path: string, limits: LookLimits, now: number): LookRun {
  const before = now - limits.knownRecipients - limits.margin;
  const about = { store: 'recipients', table: 'recipient', time: 'at', before, what: 'known recipients' };
  return withDatabase(path, (db) => only(olderRows(db, about)));
}

export function lookAtHosts(path: string, limits: LookLimits, now: number): LookRun {
  const before = now - limits.knownHosts - limits.margin;
  const about = { store: 'hosts', table: 'host', time: 'last', before, what: 'known hosts' };
  return withDatabase(path, (db) => only(olderRows(db, about)));
}

export function lookAtWebhooks(path: string, limits: LookLimits, now: number): LookRun {
  const before = now - limits.webhookLog - limits.margin;
  const about = { store: 'webhooks', table: 'delivery', time: 'coalesce(ended_at, made_at)', before };
  return withDatabase(path, (db) => only(olderRows(db, { ...about, what: 'deliveries of webhooks' })));
}
