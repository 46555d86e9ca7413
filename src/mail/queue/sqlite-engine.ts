// The embedded engine: SQLite in one file, written by the store thread alone. The SQL is beside, an operation a file.

import { basename } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CustomerId } from '../message.ts';
import { SEALED_SUFFIX } from './body-store.ts';
import type {
  BatchResult,
  ClaimAnswer,
  ClaimRequest,
  DelayAnswer,
  DelayRequest,
  DueRequest,
  ExpiryAnswer,
  ExpiryRequest,
  KeyedSettlement,
  OutboxRow,
  QueueBatch,
  QueueEngine,
  QueueTotals,
  SuppressedAnswer,
  SuppressedRequest,
  ToSealAnswer,
  ToSealRequest,
} from './engine.ts';
import { QueueFault } from './engine.ts';
import type { NewMessage, StoredSettlement } from './queue.ts';
import { Changes } from './sqlite/changes.ts';
import { Checkpoints } from './sqlite/checkpoint.ts';
import { Claims } from './sqlite/claim.ts';
import { prepareCounts, readTotals } from './sqlite/counts.ts';
import { prepareEnqueue } from './sqlite/enqueue.ts';
import { faultCode } from './sqlite/fault.ts';
import { Holds } from './sqlite/holds.ts';
import { openQueueDatabase } from './sqlite/open-database.ts';
import { Outbox } from './sqlite/outbox.ts';
import { Overdue } from './sqlite/overdue.ts';
import { RecipientHolds } from './sqlite/recipient-holds.ts';
import { Removal } from './sqlite/removal.ts';
import { Sealing } from './sqlite/sealing.ts';
import { prepareSettle } from './sqlite/settle.ts';
import { SettledKeys } from './sqlite/settled-keys.ts';
import { Verbs } from './sqlite/verbs.ts';
import { type MessageLife, WorkReader } from './sqlite/work.ts';

export interface SqliteEngineOptions extends MessageLife {
  path: string;
  /** A checkpoint thread is there (checkpoint-thread.ts). */
  helped?: boolean;
  /** Pages the file may have at most, for tests of a full disk. */
  maxPages?: number;
}

/** Opens the embedded queue. Throws where the file cannot be opened or is of a newer version. */
export function openSqliteEngine(options: SqliteEngineOptions): QueueEngine {
  const database = openQueueDatabase(options.path);
  if (options.maxPages !== undefined) database.exec(`pragma max_page_count = ${options.maxPages}`);
  const checkpoints = new Checkpoints(database, options.helped === true);
  return new SqliteEngine(database, { life: options, checkpoints });
}

class SqliteEngine implements QueueEngine {
  readonly #database: DatabaseSync;
  readonly #checkpoints: Checkpoints;
  readonly #holds: Holds;
  readonly #outbox: Outbox;
  readonly #overdue: Overdue;
  readonly #claims: Claims;
  readonly #verbs: Verbs;
  readonly #sealing: Sealing;
  readonly #settledKeys: SettledKeys;
  readonly #enqueue: (message: NewMessage, changes: Changes) => number;
  readonly #settle: (settlement: StoredSettlement, changes: Changes) => void;
  readonly #writeCounts: (changes: Changes, seq: number) => void;
  readonly #bodyOf: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #nextRow: number;
  #seq: number;

  constructor(
    database: DatabaseSync,
    { life, checkpoints }: { life: Readonly<MessageLife>; checkpoints: Checkpoints },
  ) {
    this.#database = database;
    this.#checkpoints = checkpoints;
    this.#holds = new Holds(database);
    this.#outbox = new Outbox(database);
    const recipientHolds = new RecipientHolds(database, this.#holds);
    const holds = { holds: this.#holds, recipientHolds };
    const work = new WorkReader(database, { ...holds, life });
    this.#overdue = new Overdue(database, work, life);
    this.#claims = new Claims(database, work);
    const removal = new Removal(database, holds);
    this.#verbs = new Verbs(database, { ...holds, removal });
    this.#sealing = new Sealing(database, this.#holds);
    this.#settledKeys = new SettledKeys(database);
    this.#enqueue = prepareEnqueue(database, this.#holds);
    this.#settle = prepareSettle(database, { enqueue: this.#enqueue, removal, recipientHolds });
    this.#writeCounts = prepareCounts(database);
    // A file that is being sealed has its new name before its message has.
    this.#bodyOf = database.prepare(
      `select 1 from message where id = ?1 and (body_file = ?2 or body_file || '${SEALED_SUFFIX}' = ?2)`,
    );
    this.#begin = database.prepare('begin immediate');
    this.#commit = database.prepare('commit');
    const state = database.prepare('select next_row, seq from state').get();
    this.#nextRow = Number(state?.['next_row']);
    this.#seq = Number(state?.['seq']);
  }

  commit(batch: QueueBatch): BatchResult {
    const changes = new Changes(batch.now, this.#nextRow);
    const shreds = batch.seals?.some(({ body }) => body?.kind === 'inline') === true;
    try {
      // Pages of what is replaced are written over, not only set free: here alone, it costs as much again.
      if (shreds) this.#database.exec('pragma secure_delete = on');
      this.#begin.run();
      const { result, traced } = this.#run(batch, changes);
      this.#commit.run();
      this.#nextRow = changes.nextRow;
      this.#outbox.pending += (result.outbox?.count ?? 0) - traced;
      if (result.outbox !== undefined) this.#seq = result.outbox.seq;
      this.#settledKeys.keep();
      this.#moveLog();
      if (batch.step?.verb.verb === 'suspend' || batch.step?.verb.verb === 'resume') this.#holds.loadPauses();
      return result;
    } catch (error) {
      this.#rollBack();
      throw error instanceof QueueFault ? error : new QueueFault(faultCode(error), error);
    } finally {
      if (shreds) this.#database.exec('pragma secure_delete = fast');
    }
  }

  #run(batch: QueueBatch, changes: Changes): { result: BatchResult; traced: number } {
    const failures: unknown[] = [];
    const attempt = batch.apart
      ? <T>(request: (changes: Changes) => T): T | undefined => this.#apart(request, changes, failures)
      : <T>(request: (changes: Changes) => T): T | undefined => request(changes);
    const settled = batch.settlements.map((one) => attempt((to) => this.#settleOnce(one, to)) ?? false);
    const enqueued = batch.enqueues.map((message) => attempt((to) => this.#enqueue(message, to)));
    const { step: wanted, seals = [] } = batch;
    // Before the step, which may hold anew what was free.
    const sealed = seals.map((one) => attempt((to) => this.#sealing.seal(one, batch.claimed, to)) ?? false);
    const step = wanted && attempt((to) => this.#verbs.step(wanted, to, batch.claimed));
    const traced = batch.traced === undefined ? 0 : this.#outbox.forget(batch.traced);
    this.#settledKeys.write(batch.clients);
    const outbox = changes.events.length > 0 ? this.#outbox.write(this.#seq + 1, changes.events) : undefined;
    this.#writeCounts(changes, outbox?.seq ?? this.#seq);
    const result: BatchResult = { enqueued, settled, sealed, bodies: changes.bodies, failures };
    if (step !== undefined) result.step = step;
    if (outbox !== undefined) result.outbox = outbox;
    return { result, traced };
  }

  #settleOnce({ client, key, settlement }: KeyedSettlement, changes: Changes): boolean {
    if (this.#settledKeys.isNew(client, key)) this.#settle(settlement, changes);
    return true;
  }

  /** Runs one request so that its failure undoes only itself. Space and a broken disk are everybody's failure. */
  #apart<T>(request: (changes: Changes) => T, changes: Changes, failures: unknown[]): T | undefined {
    const own = new Changes(changes.now, changes.nextRow);
    this.#database.exec('savepoint request');
    try {
      const result = request(own);
      this.#database.exec('release request');
      changes.add(own);
      return result;
    } catch (error) {
      if (faultCode(error) !== 'failed') throw error;
      this.#database.exec('rollback to request; release request');
      failures.push(error);
      return undefined;
    }
  }

  /** The commit stands, whatever becomes of this; a log that cannot be moved for want of space stays. */
  #moveLog(): void {
    try {
      this.#checkpoints.afterCommit();
    } catch (error) {
      if (faultCode(error) === 'broken') throw new QueueFault('broken', error);
    }
  }

  #rollBack(): void {
    this.#settledKeys.discard();
    try {
      if (this.#database.isTransaction) this.#database.exec('rollback');
    } catch (error) {
      throw new QueueFault('broken', error);
    }
  }

  claim(request: ClaimRequest): ClaimAnswer {
    return this.#claims.claim(request);
  }

  destinations(after: string, limit: number): string[] {
    return this.#claims.destinations(after, limit);
  }

  nextDue(request: DueRequest): number | undefined {
    return this.#claims.nextDue(request);
  }

  expired(request: ExpiryRequest): ExpiryAnswer {
    return this.#overdue.expired(request);
  }

  delayed(request: DelayRequest): DelayAnswer {
    return this.#overdue.delayed(request);
  }

  delayedMessage(row: number, request: DelayRequest): DelayAnswer {
    return this.#overdue.delayedMessage(row, request);
  }

  suppressed(request: SuppressedRequest): SuppressedAnswer {
    return this.#overdue.suppressed(request);
  }

  toSeal(request: ToSealRequest): ToSealAnswer {
    return this.#sealing.find(request);
  }

  locate(rows: readonly number[]): { row: number; message: number; destination: string }[] {
    const find = this.#database.prepare('select row, position, destination from recipient where row = ?');
    return rows.flatMap((wanted) => {
      const found = find.get(wanted);
      if (found === undefined) return [];
      const row = Number(found['row']);
      return [{ row, message: row - Number(found['position']), destination: String(found['destination']) }];
    });
  }

  waiting(destination: string, limit: number): number {
    return this.#claims.waiting(destination, limit);
  }

  outbox(seq: number, octets: number): OutboxRow[] {
    return this.#outbox.read(seq, octets);
  }

  paused(): CustomerId[] {
    return this.#holds.pausedCustomers() as CustomerId[];
  }

  latest(): number {
    const newest = this.#database.prepare('select accepted_at from message order by row desc limit 1').get();
    return Number(newest?.['accepted_at'] ?? 0);
  }

  totals(): QueueTotals {
    return { ...readTotals(this.#database), events_pending: this.#outbox.pending };
  }

  hasBody(name: string): boolean {
    const id = basename(name, SEALED_SUFFIX);
    return this.#bodyOf.get(id, name) !== undefined;
  }

  close(): void {
    this.#database.close();
  }
}
