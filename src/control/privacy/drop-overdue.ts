// The first job of the retention: drops what is past its time, kind by kind, as the table in retention.ts says.

import type { StatementSync } from 'node:sqlite';
import { cleanDays } from '../../mail/trace/operations.ts';
import type { TraceClient } from '../../mail/trace/trace-client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { DataKind } from './data-kind.ts';
import { trimLedger } from './erasure-ledger.ts';
import { dropExports } from './exports.ts';
import { DATA_KINDS } from './retention.ts';

export interface DropParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  config: () => Config;
  trace: () => TraceClient;
  traceFolder: string;
  exportsFolder: string;
  /** Drops the beginning of the audit; answers how many entries went. */
  pruneAudit: (before: number) => Promise<number>;
}

/** What a run did. */
export interface DropRun {
  /** Rows, days and files that went, by kind; kinds of which nothing went are left out. */
  dropped: Record<string, number>;
  /** Kinds that could not be dropped, and why, in words. */
  failed: Record<string, string>;
}

/** Rows of one change: others have their turn in between. */
const ROWS_AT_ONCE = 2000;

/** Drops what is past its time. A kind that fails stops none of the others. Never rejects but where the run cannot be noted. */
export async function dropOverdue(parts: DropParts): Promise<DropRun> {
  const run: DropRun = { dropped: {}, failed: {} };
  for (const kind of DATA_KINDS) {
    const keptMs = kind.keptMs(parts.config());
    if (keptMs === null) continue;
    try {
      const count = await dropKind(parts, kind, parts.clock.now() - keptMs);
      if (count > 0) run.dropped[kind.kind] = count;
    } catch (err) {
      run.failed[kind.kind] = err instanceof Error ? err.message : String(err);
    }
  }
  await noteRun(parts, run);
  return run;
}

async function dropKind(parts: DropParts, { drop }: DataKind, before: number): Promise<number> {
  switch (drop.by) {
    case 'days': {
      const { dropped } = await parts.trace().retain(before);
      await cleanDays({ trace: parts.trace, folder: parts.traceFolder }, today(parts.clock));
      return dropped.length;
    }
    case 'rows':
      return dropRows(parts, drop, before);
    case 'audit':
      return parts.pruneAudit(before);
    case 'exports':
      return dropExports(parts.exportsFolder, before);
    case 'ledger': {
      const { folder } = parts.config().backup;
      const rows = await dropRows(parts, { table: 'privacy_erasure', column: 'at' }, before);
      return rows + (folder === undefined ? 0 : trimLedger(folder, before));
    }
    case 'itself':
      return 0;
    default:
      return drop satisfies never;
  }
}

async function dropRows(
  { database: { raw }, changes }: DropParts,
  { table, column, only }: { table: string; column: string; only?: string },
  before: number,
): Promise<number> {
  const narrowed = only === undefined ? '' : ` and (${only})`;
  const cut = raw.prepare(
    `select "${column}" as at from "${table}" where "${column}" < ?${narrowed} order by "${column}" limit 1 offset ${ROWS_AT_ONCE}`,
  );
  const remove: StatementSync = raw.prepare(`delete from "${table}" where "${column}" < ?${narrowed}`);
  let dropped = 0;
  for (let more = true; more; ) {
    const stretch = await changes.make(RELAY_ACTOR, async () => {
      const end = cut.get(before)?.['at'];
      const rows = end === undefined ? 0 : Number(remove.run(Number(end)).changes);
      if (rows > 0) return { result: { rows, last: false }, audit: [] };
      // The rest; or so many of the very same time that no stretch ends before them.
      return { result: { rows: Number(remove.run(before).changes), last: true }, audit: [] };
    });
    dropped += stretch.rows;
    more = !stretch.last;
  }
  return dropped;
}

/** Evidence of the run, and word of it. */
async function noteRun({ changes }: DropParts, run: DropRun): Promise<void> {
  await changes.make(RELAY_ACTOR, async (trx, at) => {
    const result = JSON.stringify(run);
    await trx.insertInto('retention_run').values({ job: 'drop', at, result }).execute();
    const audit =
      Object.keys(run.dropped).length === 0
        ? []
        : [{ action: 'dropped', object: 'retention', before: null, after: run.dropped }];
    return { result: undefined, audit, events: [{ type: 'retention.run_completed', data: { ...run } }] };
  });
}

function today(clock: Clock): string {
  return new Date(clock.now()).toISOString().slice(0, 10);
}
