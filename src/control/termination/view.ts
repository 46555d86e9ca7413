// An end as people see it.

import type { Kysely } from 'kysely';
import { type Reason, wordsOf } from '../api/reasons.ts';
import type { ControlTables } from '../database/tables.ts';
import type { RecordPurpose, TerminationRecordRow, TerminationRow } from './tables.ts';

export type TerminationState = 'begun' | 'noticed' | 'deactivated' | 'removed' | 'stopped';

/** What a list shows. */
export interface ListedTermination {
  id: number;
  customer: string;
  name: string;
  state: TerminationState;
  cause: TerminationRow['cause'];
  reason: string;
  by: string;
  /** Days. */
  ended: string;
  noticed: string | null;
  deactivation: string | null;
  removal: string | null;
  /** ISO 8601. */
  begun_at: string;
  deactivated_at: string | null;
  removed_at: string | null;
  stopped_at: string | null;
  /** What the next step waits for. */
  waits_for: string | null;
  /** Which sentence that is. */
  words?: Record<string, Reason>;
  certificate: string | null;
}

export interface TerminationView extends ListedTermination {
  /** Mails about it: to whom, and when they went into the queue. */
  mails: { kind: string; to: string; sent_at: string | null }[];
  records: RecordView[];
  /** When DNS was looked at, and when all records were found gone. */
  looked_at: string | null;
  records_gone_at: string | null;
}

export interface RecordView {
  domain: string;
  purpose: RecordPurpose;
  type: string;
  host: string;
  value: string;
  state: TerminationRecordRow['state'];
  looked_at: string | null;
  gone_at: string | null;
}

/** Mails and records that one answer names. */
const MOST = 1000;

/** The state of a row. */
export function stateOf(row: TerminationRow): TerminationState {
  if (row.stopped_at !== null) return 'stopped';
  if (row.removed_at !== null) return 'removed';
  if (row.deactivated_at !== null) return 'deactivated';
  return row.noticed === null ? 'begun' : 'noticed';
}

/** The row as lists show it. */
export function listed(row: TerminationRow, certificate: string | null): ListedTermination {
  const { id, customer, name, cause, reason, by, ended, noticed, deactivation, removal } = row;
  return {
    id,
    customer,
    name,
    state: stateOf(row),
    cause,
    reason,
    by,
    ended,
    noticed,
    deactivation,
    removal,
    begun_at: new Date(row.begun_at).toISOString(),
    deactivated_at: iso(row.deactivated_at),
    removed_at: iso(row.removed_at),
    stopped_at: iso(row.stopped_at),
    waits_for: row.waits,
    ...wordsOf({ waits_for: row.waits }),
    certificate,
  };
}

/** The row with what belongs to it. */
export async function viewOf(db: Kysely<ControlTables>, row: TerminationRow): Promise<TerminationView> {
  const certificate = await db
    .selectFrom('removal_certificate')
    .select('number')
    .where('termination', '=', row.id)
    .executeTakeFirst();
  const mails = await db
    .selectFrom('termination_mail')
    .select(['kind', 'recipient', 'sent_at'])
    .where('termination', '=', row.id)
    .orderBy('id')
    .limit(MOST)
    .execute();
  const records = await db
    .selectFrom('termination_record')
    .selectAll()
    .where('termination', '=', row.id)
    .orderBy('purpose')
    .orderBy('host')
    .limit(MOST)
    .execute();
  return {
    ...listed(row, certificate?.number ?? null),
    mails: mails.map(({ kind, recipient, sent_at }) => ({ kind, to: recipient, sent_at: iso(sent_at) })),
    records: records.map((record) => ({
      domain: record.domain,
      purpose: record.purpose,
      type: record.type,
      host: record.host,
      value: record.value,
      state: record.state,
      looked_at: iso(record.looked_at),
      gone_at: iso(record.gone_at),
    })),
    looked_at: iso(row.looked_at),
    records_gone_at: iso(row.gone_at),
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
