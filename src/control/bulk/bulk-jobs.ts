// Jobs: one thing done to very many messages or recipients, step by step. Whoever began it may leave; it goes on after a
// restart from where it was.

import { randomBytes } from 'node:crypto';
import type { CustomerId } from '../../mail/message.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Actor } from '../actor.ts';
import { Problem, problem } from '../api/problem.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import { type BulkWork, type BulkWorkParts, doStep, withoutAddresses } from './bulk-work.ts';
import type { BulkJobRow, BulkPart, BulkState } from './tables.ts';

export interface BulkParts extends BulkWorkParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  log: Log;
}

/** What is to be done, and how much was counted before. */
export interface WantedJob {
  work: BulkWork;
  customer?: CustomerId | undefined;
  total: number;
  /** There is more than `total`. */
  more: boolean;
}

export interface JobPage {
  part: BulkPart;
  customer?: CustomerId | undefined;
  limit: number;
  /** Those that began before: time and id of the last of the page before. */
  after?: readonly [number, string] | undefined;
}

/** Jobs that run at once: each is a part of every commit. */
const MOST_RUNNING = 8;
/** Of them, those of the people of all customers, and of one: the operator finds a place, whatever they do. */
const MOST_OF_CUSTOMERS = 6;
const MOST_OF_ONE = 2;
/** Progress is written so often at most; in between it is in memory. */
const SAVE_MS = 2000;
/** A thread that is away is back within seconds. */
const AGAIN_MS = 1000;
const MOST_AGAIN = 60;

/** Opens the service; what was not ended goes on. */
export function openBulkJobs(parts: BulkParts): BulkJobs {
  return new BulkJobs(parts);
}

interface Running {
  row: BulkJobRow;
  work: BulkWork;
  /** Who wants it to end. */
  stoppedBy?: Actor;
  done: Promise<void>;
}

export class BulkJobs {
  readonly #parts: BulkParts;
  readonly #running = new Map<string, Running>();
  /** Being written down. */
  readonly #starting = new Set<WantedJob>();
  readonly #closing = new AbortController();
  readonly #resumed: Promise<void>;

  constructor(parts: BulkParts) {
    this.#parts = parts;
    this.#resumed = this.#resume().catch((err: unknown) => parts.log.error('bulk jobs not resumed', { err }));
  }

  /** Begins a job. Throws a 409 where too many run. It is written down before anything is done. */
  async start(by: Actor, wanted: WantedJob): Promise<BulkJobRow> {
    const { work, customer, total, more } = wanted;
    await this.#resumed;
    this.#assertRoom(wanted);
    const row: BulkJobRow = {
      id: randomBytes(8).toString('hex'),
      part: work.part,
      verb: verbOf(work),
      customer: customer ?? null,
      who: by.who,
      reason: by.reason ?? null,
      began_at: this.#parts.clock.now(),
      ended_at: null,
      state: 'running',
      what: JSON.stringify(work),
      total,
      total_more: Number(more),
      changed: 0,
      skipped: 0,
      place: null,
      fault: null,
      at_rest: 0,
      cut_off: 0,
    };
    this.#starting.add(wanted);
    try {
      await this.#parts.changes.make(by, async (trx) => {
        await trx.insertInto('bulk_job').values(row).execute();
        return { result: undefined, audit: [auditOf(row, 'begun')] };
      });
      this.#go(row, work);
    } finally {
      this.#starting.delete(wanted);
    }
    return { ...row };
  }

  #assertRoom({ work, customer }: WantedJob): void {
    const running = [...this.#running.values()].map((one) => ({ work: one.work, customer: one.row.customer }));
    const all = [...running, ...this.#starting];
    const ofCustomers = all.filter((one) => isOfCustomer(one.work));
    const own = ofCustomers.filter((one) => one.customer === customer);
    if (isOfCustomer(work) && own.length >= MOST_OF_ONE) {
      throw problem('own-jobs-running', { count: MOST_OF_ONE });
    }
    if (all.length >= MOST_RUNNING || (isOfCustomer(work) && ofCustomers.length >= MOST_OF_CUSTOMERS)) {
      throw problem('jobs-running');
    }
  }

  /** Jobs, the newest first, those that run as they are this moment. */
  async list({ part, customer, limit, after }: JobPage): Promise<BulkJobRow[]> {
    let rows = this.#parts.database.reads
      .selectFrom('bulk_job')
      .selectAll()
      .where('part', '=', part)
      .orderBy('began_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    if (customer !== undefined) rows = rows.where('customer', '=', customer);
    if (after !== undefined) {
      const [at, id] = after;
      rows = rows.where((terms) => terms.eb(terms.refTuple('began_at', 'id'), '<', terms.tuple(at, id)));
    }
    return (await rows.execute()).map((row) => this.#now(row));
  }

  /** One job; nothing where there is none of this part. */
  async find(part: BulkPart, id: string): Promise<BulkJobRow | undefined> {
    const row = await this.#parts.database.reads
      .selectFrom('bulk_job')
      .selectAll()
      .where('id', '=', id)
      .where('part', '=', part)
      .executeTakeFirst();
    return row && this.#now(row);
  }

  /** Ends a job after its step; what was done stays done. Throws a 409 where it is over. */
  async stop(by: Actor, { id }: Pick<BulkJobRow, 'id'>): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) throw problem('job-over');
    running.stoppedBy ??= by;
    await running.done;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#resumed;
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #now(row: BulkJobRow): BulkJobRow {
    return { ...row, ...this.#running.get(row.id)?.row };
  }

  async #resume(): Promise<void> {
    const rows = await this.#parts.database.reads
      .selectFrom('bulk_job')
      .selectAll()
      .where('state', '=', 'running')
      .execute();
    for (const row of rows) {
      // It did not stop in order: what it did after its last save is done, and not counted.
      const cutOff = row.at_rest === 1 ? row.cut_off : 1;
      const resumed = { ...row, at_rest: 0, cut_off: cutOff };
      await this.#save(resumed).catch((err: unknown) => this.#parts.log.error('a bulk job goes on unmarked', { err }));
      this.#go(resumed, JSON.parse(row.what) as BulkWork);
    }
  }

  #go(row: BulkJobRow, work: BulkWork): void {
    const running: Running = { row: { ...row }, work, done: Promise.resolve() };
    this.#running.set(row.id, running);
    running.done = this.#run(running)
      .catch((err: unknown) => this.#parts.log.error('bulk job not ended', { job: row.id, err }))
      .finally(() => this.#running.delete(row.id));
  }

  /** Until all is done, somebody stops it, or the relay ends: then it goes on at the next start. */
  async #run(running: Running): Promise<void> {
    const { row, work } = running;
    const { clock } = this.#parts;
    const by: Actor = { who: row.who, ...(row.reason !== null && { reason: row.reason }) };
    let savedAt = clock.monotonic();
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      if (running.stoppedBy !== undefined) return this.#end(running, 'stopped', running.stoppedBy);
      try {
        const step = await doStep(this.#parts, by, work, row.place ?? undefined);
        row.changed += step.changed;
        row.skipped += step.skipped;
        row.place = step.next ?? null;
        failures = 0;
        if (step.next === undefined) return this.#end(running, 'done', by);
        if (clock.monotonic() - savedAt < SAVE_MS) continue;
        await this.#save(row);
        savedAt = clock.monotonic();
      } catch (err) {
        failures++;
        if (failures > MOST_AGAIN) return this.#fail(running, by, err);
        await this.#wait(AGAIN_MS);
      }
    }
    await this.#save({ ...row, at_rest: 1 });
  }

  #fail(running: Running, by: Actor, err: unknown): Promise<void> {
    this.#parts.log.error('bulk job failed', { job: running.row.id, err });
    const fault = err instanceof Problem ? err.message : 'A part of the relay was away for too long.';
    running.row.fault = fault;
    return this.#end(running, 'failed', by);
  }

  /** Where it is, so that a restart goes on from there; nothing that anybody decided, so nothing for the audit. */
  #save({ id, who, ...row }: BulkJobRow): Promise<void> {
    const { changed, skipped, place, at_rest, cut_off } = row;
    return this.#parts.changes.make({ who }, async (trx) => {
      const kept = { changed, skipped, place, at_rest, cut_off };
      await trx.updateTable('bulk_job').set(kept).where('id', '=', id).execute();
      return { result: undefined, audit: [] };
    });
  }

  /** Until it is written down: a job whose work is over does not stay one that runs. */
  async #end(running: Running, state: BulkState, by: Actor): Promise<void> {
    const { row, work } = running;
    const what = JSON.stringify(withoutAddresses(work));
    for (let failures = 0; ; failures++) {
      try {
        const ended = await this.#parts.changes.make(by, async (trx, now) => {
          const last: BulkJobRow = { ...row, state, ended_at: now, what };
          await trx.updateTable('bulk_job').set(last).where('id', '=', row.id).execute();
          return { result: last, audit: [auditOf(last, state)] };
        });
        Object.assign(row, ended);
        return;
      } catch (err) {
        if (failures === 0) this.#parts.log.error('the end of a bulk job waits to be written', { job: row.id, err });
        // After the next start it goes on, finds nothing left to do, and ends then.
        if (this.#closing.signal.aborted) return;
        await this.#wait(AGAIN_MS);
      }
    }
  }

  async #wait(ms: number): Promise<void> {
    const { signal } = this.#closing;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    signal.addEventListener('abort', () => over.resolve(), { once: true });
    await over.promise;
    clearTimeout(timer);
  }
}

/** Begun by a customer's own people. */
function isOfCustomer(work: BulkWork): boolean {
  return work.part === 'quarantine' && work.side === 'customer';
}

/** The verb of the work, in the words of its part. */
function verbOf(work: BulkWork): string {
  return work.part === 'queue' ? work.verb.verb : work.action;
}

/** What the audit keeps: no addresses of people, of which it could not be rid again. */
function auditOf(row: BulkJobRow, what: 'begun' | BulkState): AuditedChange {
  const work = withoutAddresses(JSON.parse(row.what) as BulkWork);
  return {
    action: `${row.part}_job.${what}`,
    object: `job ${row.id}`,
    ...(row.customer !== null && { customer: row.customer }),
    before: null,
    after: { ...work, total: row.total, changed: row.changed, skipped: row.skipped },
  };
}
