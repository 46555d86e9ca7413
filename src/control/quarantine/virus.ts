// Mail with a virus goes on only when two different people of the operator say so, the second within a day. People, not
// keys and not the socket: a program, or whoever sits at the machine, is nobody's second pair of eyes.

import type { Kysely } from 'kysely';
import type { QueueId } from '../../mail/message.ts';
import type { HeldMessage } from '../../mail/queue/read-held.ts';
import { permissionsOf } from '../access/permissions.ts';
import type { UserPrincipal } from '../access/principal.ts';
import { actorOf } from '../access/principal.ts';
import { problem } from '../api/problem.ts';
import { makeStep } from '../customers/step.ts';
import type { ControlTables } from '../database/tables.ts';
import type { QuarantineParts } from './parts.ts';
import { auditOf, noteActs } from './record.ts';
import { letGo } from './release.ts';
import type { QuarantineVirusRow } from './tables.ts';

/** How long the first of two waits for the second. */
export const SECOND_WITHIN_MS = 86_400_000;

export type VirusRelease =
  /** Somebody else has to say so too, until then (milliseconds since 1970). */
  { kind: 'asked'; until: number } | { kind: 'released'; recipients: number };

/** One of the two speaks. Throws a Problem where it is the same one again, or the message holds no virus. */
export async function releaseVirus(
  parts: QuarantineParts,
  person: UserPrincipal,
  message: HeldMessage,
  reason: string,
): Promise<VirusRelease> {
  if (!message.reasons.includes('virus')) throw problem('no-virus');
  const by = actorOf(person, reason);
  const act = { message, recipients: message.recipientCount };
  const decided = await makeStep(parts.changes, by, async (step): Promise<VirusRelease> => {
    const first = await firstWord(step.trx, message.id, step.now);
    if (first === undefined) {
      const row = firstRow(message, person, { reason, now: step.now });
      await step.trx.replaceInto('quarantine_virus').values(row).execute();
      await noteActs(step, 'virus_asked', [act], auditOf('virus_asked', act));
      return { kind: 'asked', until: row.expires_at };
    }
    if (first.person === person.id || first.who === by.who) {
      throw problem('virus-asked-by-you');
    }
    await step.trx.deleteFrom('quarantine_virus').where('message', '=', message.id).execute();
    await noteActs(step, 'virus_released', [act], auditOf('virus_released', act));
    return { kind: 'released', recipients: 0 };
  });
  if (decided.kind === 'asked') return decided;
  return { kind: 'released', recipients: await letGo(parts, by, message) };
}

/**
 * The word of the first of the two, while it counts: for a day, and for as long as whoever gave it may still give it.
 * Somebody who was disabled, removed or given another role since is nobody's first pair of eyes.
 */
export async function firstWord(
  database: Kysely<ControlTables>,
  message: QueueId,
  now: number,
): Promise<QuarantineVirusRow | undefined> {
  const row = await database
    .selectFrom('quarantine_virus')
    .selectAll()
    .where('message', '=', message)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const person = await database
    .selectFrom('person')
    .select(['role', 'customer'])
    .where('id', '=', row.person)
    .where('state', '=', 'active')
    .executeTakeFirst();
  const counts = person?.customer === null && permissionsOf(person.role).includes('quarantine:virus');
  return counts ? row : undefined;
}

function firstRow(
  { id, customer }: HeldMessage,
  person: UserPrincipal,
  { reason, now }: { reason: string; now: number },
): QuarantineVirusRow {
  return {
    message: id,
    customer,
    person: person.id,
    who: person.email,
    reason,
    at: now,
    expires_at: now + SECOND_WITHIN_MS,
  };
}
