// Exports of searches: jobs that run one after the other, go on after a restart, and leave a file for a time. Whoever asked
// sees them, and nobody else.

import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, type ReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Transaction } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import { beginOfQuery } from '../../mail/trace/operations.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { inTime } from '../../platform/in-time.ts';
import type { Log } from '../../platform/log.ts';
import { actorOf, customerOf, holds, type Principal } from '../access/principal.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { problem } from '../api/problem.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { ControlTables } from '../database/tables.ts';
import type { ExportColumn } from './export-columns.ts';
import { fileNames } from './file-names.ts';
import { ownerOf } from './owner.ts';
import type { MessageExportRow } from './tables.ts';
import { ExportFault, type ExportProgress, type WriteParts, writeExport } from './write-export.ts';

export interface ExportParts extends WriteParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  log: Log;
  config: () => Config;
}

export interface NewExport {
  query: string;
  customer: CustomerId | undefined;
  columns: readonly ExportColumn[];
}

/** An export with how far it is. */
export interface ShownExport {
  row: MessageExportRow;
  progress?: ExportProgress & { part: number };
  /** Until then there is a file, milliseconds since 1970. */
  expiresAt?: number;
}

/** One who asks for more waits for the others first. */
const MOST_OPEN = 5;
/** Files that one may have at a time: they lie on the disk of the mail. */
const MOST_KEPT = 20;
const MOST_LISTED = 50;
/** After so many starts that ended in the middle of it, it counts as failed. */
const TRIES = 3;
const FIRST_MS = 1000;
const AGAIN_MS = 60_000;
const LOOK_MS = 15_000;
const CLOSE_MS = 5000;

interface Running {
  row: MessageExportRow;
  stop: AbortController;
  /** Resolved once it is written, or will not be. */
  over: PromiseWithResolvers<void>;
  progress?: ExportProgress;
}

/** Runs exports in the background. */
export class MessageExports {
  readonly #parts: ExportParts;
  readonly #folder: string;
  readonly #traceFolder: string;
  readonly #timers: NodeJS.Timeout[];
  readonly #ended = new AbortController();
  /** What failed for now, and from when on it is tried again; others go on meanwhile. */
  readonly #later = new Map<string, number>();
  #running: Running | undefined;
  #loop: Promise<void> | undefined;

  constructor(parts: ExportParts) {
    this.#parts = parts;
    const { data_dir: dataDir } = parts.config().node;
    this.#folder = join(dataDir, 'exports');
    this.#traceFolder = join(dataDir, 'trace');
    // What a stop interrupted; or a store that could not be written.
    this.#timers = [setTimeout(() => this.#wake(), FIRST_MS), setInterval(() => this.#wake(), LOOK_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  /** Begins one as soon as those before it are done. Throws a Problem where the query cannot be understood. */
  async make(principal: Principal, { query, customer, columns }: NewExport): Promise<ShownExport> {
    const own = customerOf(principal);
    if (own !== undefined && customer !== undefined && customer !== own) throw problem('no-such-customer');
    const begin = beginOfQuery(this.#traceFolder, query, this.#parts.clock.now());
    if (begin.kind === 'fault') {
      throw problem('export-query', {}, [{ field: 'query', ...begin.fault }]);
    }
    const owner = ownerOf(principal);
    const row = await this.#parts.changes.make(actorOf(principal), async (trx, now) => {
      await assertFew(trx, owner);
      const made: MessageExportRow = {
        id: `exp_${randomBytes(12).toString('hex')}`,
        owner,
        who: actorOf(principal).who,
        customer: own ?? customer ?? null,
        query,
        columns: JSON.stringify(columns),
        subjects: holds(principal, 'messages:content') && columns.includes('subject') ? 1 : 0,
        state: 'queued',
        rows: 0,
        octets: null,
        cut: 0,
        tries: 0,
        asked_at: now,
        ended_at: null,
        fault: null,
      };
      await trx.insertInto('message_export').values(made).execute();
      return { result: made, audit: [audited('made', made)] };
    });
    this.#wake();
    return this.shown(row);
  }

  /** Those of the principal, the newest first. */
  async list(principal: Principal): Promise<ShownExport[]> {
    const rows = await this.#parts.database.db
      .selectFrom('message_export')
      .selectAll()
      .where('owner', '=', ownerOf(principal))
      .orderBy('asked_at', 'desc')
      .orderBy('id', 'desc')
      .limit(MOST_LISTED)
      .execute();
    return rows.map((row) => this.shown(row));
  }

  /** One of the principal's; a 404 where there is none, or it is somebody else's. */
  async get(principal: Principal, id: string): Promise<ShownExport> {
    const row = await this.#parts.database.db
      .selectFrom('message_export')
      .selectAll()
      .where('id', '=', id)
      .where('owner', '=', ownerOf(principal))
      .executeTakeFirst();
    if (row === undefined) throw problem('no-such-export');
    return this.shown(row);
  }

  /** Ends one that runs; takes away one that is done, with its file. */
  async remove(principal: Principal, id: string): Promise<void> {
    const { row } = await this.get(principal, id);
    const by = actorOf(principal);
    if (row.state === 'queued' || row.state === 'running') {
      await this.#end(row, { state: 'cancelled' }, { by, audit: [audited('cancelled', row)] });
      if (this.#running?.row.id === id) this.#running.stop.abort();
      return;
    }
    await this.#parts.changes.make(by, async (trx) => {
      await trx.deleteFrom('message_export').where('id', '=', id).execute();
      return { result: undefined, audit: [audited('removed', row)] };
    });
    rmSync(this.#path(id), { force: true });
  }

  /** The file, and word in the audit that it was fetched. Throws a Problem where there is none (any more). */
  async open(principal: Principal, id: string): Promise<ReadStream> {
    const { row, expiresAt } = await this.get(principal, id);
    if (row.state === 'queued' || row.state === 'running') throw problem('export-not-done');
    const path = this.#path(id);
    const isThere = row.state === 'done' && (expiresAt ?? 0) > this.#parts.clock.now() && existsSync(path);
    if (!isThere) throw problem('export-gone');
    // Whoever lost a right since has no use of what it was allowed then.
    if (row.subjects === 1 && !holds(principal, 'messages:content')) {
      throw problem('export-has-subjects');
    }
    await this.#parts.changes.make(actorOf(principal), async () => ({
      result: undefined,
      audit: [audited('fetched', row)],
    }));
    return createReadStream(path);
  }

  /** An address is being erased: files that name it go, those being written are begun anew. Answers how many. */
  async forget(customer: string, forms: readonly string[]): Promise<number> {
    const { db } = this.#parts.database;
    const rows = await db
      .selectFrom('message_export')
      .selectAll()
      .where((where) => where.or([where('customer', '=', customer), where('customer', 'is', null)]))
      .where('state', 'in', ['done', 'running'])
      .execute();
    let gone = 0;
    for (const row of rows) {
      // The trace is erased already: what is written from now on does not name it.
      if (this.#running?.row.id === row.id) {
        this.#running.stop.abort(BEGIN_ANEW);
        await this.#running.over.promise;
      }
      // It may have been done by then.
      if (!(await fileNames(this.#path(row.id), forms))) continue;
      rmSync(this.#path(row.id), { force: true });
      await this.#end({ ...row, state: 'done' }, { state: 'failed', fault: 'erased' }, { by: RELAY_ACTOR, audit: [] });
      gone += 1;
    }
    return gone;
  }

  /** A customer is removed: its exports go. For the change that removes it: rows go there, files afterwards. */
  async removeFilesOf(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#running?.row.id === id) this.#running.stop.abort();
      rmSync(this.#path(id), { force: true });
    }
  }

  /** Resolves once nothing is being written; for tests. */
  async idle(): Promise<void> {
    await this.#loop;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#ended.abort();
    this.#running?.stop.abort();
    // What is interrupted is begun anew after the next start.
    await inTime(this.idle(), CLOSE_MS);
  }

  shown(row: MessageExportRow): ShownExport {
    const running = this.#running?.row.id === row.id ? this.#running.progress : undefined;
    const kept = this.#parts.config().retention.exports;
    return {
      row,
      ...(running !== undefined &&
        row.state === 'running' && { progress: { ...running, part: this.#part(row, running) } }),
      ...(row.state === 'done' && row.ended_at !== null && { expiresAt: row.ended_at + kept }),
    };
  }

  /** Which part of the time is looked through. */
  #part(row: MessageExportRow, { searchedTo }: ExportProgress): number {
    const begin = beginOfQuery(this.#traceFolder, row.query, row.asked_at);
    const whole = row.asked_at - (begin.kind === 'begin' ? begin.at : 0);
    return whole <= 0 ? 1 : Math.min(1, Math.max(0, (row.asked_at - searchedTo) / whole));
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.csv`);
  }

  /** Never rejects: nobody waits for it. */
  #wake(): void {
    this.#loop ??= this.#writeAll()
      .catch((err: unknown) => this.#parts.log.error('exports wait: the store is in the way', { err }))
      .finally(() => {
        this.#loop = undefined;
      });
  }

  async #writeAll(): Promise<void> {
    for (let row = await this.#next(); row !== undefined; row = await this.#next()) await this.#writeOne(row);
  }

  async #next(): Promise<MessageExportRow | undefined> {
    if (this.#ended.signal.aborted) return undefined;
    const now = this.#parts.clock.monotonic();
    for (const [id, at] of this.#later) if (at <= now) this.#later.delete(id);
    return (
      this.#parts.database.db
        .selectFrom('message_export')
        .selectAll()
        // What runs was interrupted: there is no other loop.
        .where('state', 'in', ['queued', 'running'])
        .where('id', 'not in', [...this.#later.keys()])
        .orderBy('asked_at')
        .limit(1)
        .executeTakeFirst()
    );
  }

  async #writeOne(row: MessageExportRow): Promise<void> {
    if (row.tries >= TRIES)
      return this.#end(row, { state: 'failed', fault: 'interrupted' }, { by: RELAY_ACTOR, audit: [] });
    const begun = await this.#set(row, { state: 'running', tries: row.tries + 1 });
    if (!begun) return;
    const running: Running = { row, stop: new AbortController(), over: Promise.withResolvers() };
    this.#running = running;
    const { signal } = running.stop;
    try {
      const onProgress = (progress: ExportProgress) => void Object.assign(running, { progress });
      const written = await writeExport(this.#parts, row, { path: this.#path(row.id), signal, onProgress });
      const { rows, octets, cut } = written;
      await this.#end(row, { state: 'done', rows, octets, cut: cut ? 1 : 0 }, { by: RELAY_ACTOR, audit: [] });
    } catch (error) {
      await this.#failed(row, error, signal);
    } finally {
      this.#running = undefined;
      running.over.resolve();
    }
  }

  async #failed(row: MessageExportRow, error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      // An erasure is no fault of the export; a stop begins it anew too.
      if (signal.reason === BEGIN_ANEW) await this.#set(row, { state: 'queued', tries: row.tries });
      return;
    }
    const isFault = error instanceof ExportFault;
    if (!isFault) this.#parts.log.error('an export was not written', { err: error, export: row.id });
    if (!isFault && row.tries + 1 < TRIES) {
      this.#later.set(row.id, this.#parts.clock.monotonic() + AGAIN_MS);
      await this.#set(row, { state: 'queued', tries: row.tries + 1 });
      return;
    }
    const fault = isFault ? error.message : 'fault';
    await this.#end(row, { state: 'failed', fault }, { by: RELAY_ACTOR, audit: [] });
  }

  /** Answers false where it was cancelled, or taken away, meanwhile. */
  #set({ id }: MessageExportRow, change: Pick<MessageExportRow, 'state' | 'tries'>): Promise<boolean> {
    return this.#parts.changes.make(RELAY_ACTOR, async (trx) => {
      const open = trx.updateTable('message_export').set(change).where('id', '=', id).where('state', 'in', OPEN);
      const { numUpdatedRows } = await open.executeTakeFirst();
      return { result: numUpdatedRows > 0n, audit: [] };
    });
  }

  #end(
    row: MessageExportRow,
    ended: Pick<MessageExportRow, 'state'> & Partial<Pick<MessageExportRow, 'rows' | 'octets' | 'cut' | 'fault'>>,
    { by, audit }: { by: Actor; audit: AuditedChange[] },
  ): Promise<void> {
    return this.#parts.changes.make(by, async (trx, now) => {
      const states = ended.state === 'failed' && row.state === 'done' ? (['done'] as const) : OPEN;
      await trx
        .updateTable('message_export')
        .set({ ...ended, ended_at: now })
        .where('id', '=', row.id)
        .where('state', 'in', states)
        .execute();
      return { result: undefined, audit };
    });
  }
}

const OPEN = ['queued', 'running'] as const;
/** Reason of a stop after which the same export is written again at once. */
const BEGIN_ANEW = new Error('what it has read so far is being erased');

async function assertFew(trx: Transaction<ControlTables>, owner: string): Promise<void> {
  const states = await trx.selectFrom('message_export').select('state').where('owner', '=', owner).execute();
  const open = states.filter(({ state }) => state === 'queued' || state === 'running').length;
  if (open >= MOST_OPEN) {
    throw problem('too-many-open-exports', { most: MOST_OPEN });
  }
  const kept = open + states.filter(({ state }) => state === 'done').length;
  if (kept >= MOST_KEPT) throw problem('too-many-exports', { most: MOST_KEPT });
}

/** Without the query, which may name somebody: the audit cannot be rid of it. */
function audited(action: string, row: MessageExportRow): AuditedChange {
  const { id, customer, subjects, columns } = row;
  const after = action === 'made' ? { columns: JSON.parse(columns) as unknown, subjects: subjects === 1 } : null;
  return { action, object: `export ${id}`, ...(customer !== null && { customer }), before: null, after };
}
