// Looks whether a customer that left took its records out of DNS, day by day, and asks again while it did not.

import { RELAY_ACTOR } from '../actor.ts';
import { makeStep, type Step } from '../customers/step.ts';
import type { NoticeKind, Reader } from '../notices/kinds.ts';
import { lookForRecord } from './dns-records.ts';
import type { TerminationParts } from './parts.ts';
import { queueMails } from './steps.ts';
import type { TerminationRecordRow, TerminationRow } from './tables.ts';

/** Look-ups at once. */
const AT_ONCE = 20;
/** Customers of one round. */
const CUSTOMERS = 100;

/** Looks for the records of those whose time it is. */
export async function lookAtDueRecords(parts: TerminationParts): Promise<void> {
  const { database, clock, config } = parts;
  const now = clock.now();
  const rows = await database.db
    .selectFrom('termination')
    .selectAll()
    .where('deactivated_at', 'is not', null)
    .where('stopped_at', 'is', null)
    .where('gone_at', 'is', null)
    .where((where) =>
      where.or([where('looked_at', 'is', null), where('looked_at', '<=', now - config().termination.records_interval)]),
    )
    .where((where) =>
      where.or([where('removed_at', 'is', null), where('removed_at', '>', now - config().retention.records)]),
    )
    .orderBy('looked_at')
    .limit(CUSTOMERS)
    .execute();
  for (const row of rows) await lookAtRecords(parts, row);
}

/** Looks for the records of one end now, and keeps what was found. */
export async function lookAtRecords(parts: TerminationParts, row: TerminationRow): Promise<void> {
  const { database, changes } = parts;
  const records = await database.db
    .selectFrom('termination_record')
    .selectAll()
    .where('termination', '=', row.id)
    .execute();
  const found = await lookAll(parts, records);
  await makeStep(changes, RELAY_ACTOR, async (step) => {
    for (const [i, record] of records.entries()) await keep(step, record, found[i] ?? 'unknown');
    await conclude(step, parts, row.id);
  });
}

async function lookAll(
  { freshResolver }: TerminationParts,
  records: readonly TerminationRecordRow[],
): Promise<TerminationRecordRow['state'][]> {
  const resolver = freshResolver();
  const found: TerminationRecordRow['state'][] = [];
  for (let at = 0; at < records.length; at += AT_ONCE) {
    const some = records.slice(at, at + AT_ONCE);
    found.push(...(await Promise.all(some.map((record) => lookForRecord(record, resolver)))));
  }
  return found;
}

/** A failure of DNS changes nothing of what was seen before. */
async function keep(
  { trx, now }: Step,
  record: TerminationRecordRow,
  state: TerminationRecordRow['state'],
): Promise<void> {
  const { termination, purpose, host, value } = record;
  const seen = state === 'unknown' ? {} : { state, gone_at: state === 'gone' ? (record.gone_at ?? now) : null };
  await trx
    .updateTable('termination_record')
    .set({ looked_at: now, ...seen })
    .where('termination', '=', termination)
    .where('purpose', '=', purpose)
    .where('host', '=', host)
    .where('value', '=', value)
    .execute();
}

async function conclude(step: Step, { config }: TerminationParts, id: number): Promise<void> {
  const { trx, now } = step;
  // As it is by now: it may have been taken back while DNS was asked.
  const row = await trx.selectFrom('termination').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.stopped_at !== null || row.gone_at !== null) return;
  const left = await trx
    .selectFrom('termination_record')
    .select('state')
    .where('termination', '=', id)
    .where('state', '<>', 'gone')
    .execute();
  const first = row.looked_at === null;
  const again = left.some(({ state }) => state === 'present') && isDue(row, now, config().termination.records_reminder);
  await trx
    .updateTable('termination')
    .set({
      looked_at: now,
      ...(left.length === 0 && { gone_at: now }),
      ...(again && { asked_at: now }),
    })
    .where('id', '=', id)
    .execute();
  const readers = JSON.parse(row.readers) as Reader[];
  const tell = (kind: NoticeKind) => queueMails(step, row, kind, readers);
  // Nobody was asked for what was not there in the first place.
  if (left.length === 0 && !first) await tell('records_gone');
  if (again) await tell('records_remain');
}

function isDue({ asked_at, deactivated_at }: TerminationRow, now: number, everyMs: number): boolean {
  return now - (asked_at ?? deactivated_at ?? now) >= everyMs;
}
