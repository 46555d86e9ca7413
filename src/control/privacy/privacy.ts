// Privacy as the API sees it: the register, the retention and its two jobs, requests of customers. Work in the background:
// requests one after the other, messages that are watched for late events, the daily jobs.

import type { ReadStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecipientStore } from '../../mail/authorise/recipients/recipient-store.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { StoreControl } from '../../mail/queue/operations.ts';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { Reader } from '../../mail/trace/reader.ts';
import type { TraceClient } from '../../mail/trace/trace-client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { inTime } from '../../platform/in-time.ts';
import type { Log } from '../../platform/log.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { AuditService } from '../audit/audit-service.ts';
import type { Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { Identities } from '../identities/identities.ts';
import type { Messages } from '../messages/messages.ts';
import type { Notices } from '../notices/notices.ts';
import { type CarryOutParts, carryOut, eraseWatched } from './carry-out.ts';
import { type DropRun, dropOverdue } from './drop-overdue.ts';
import { emptyLog } from './empty-log.ts';
import { openExport } from './exports.ts';
import { PRIVACY_PURPOSE, readOrMakePrivacyKey } from './keys.ts';
import type { LookRun } from './look/look.ts';
import { faultsOf, runLook } from './look/run-look.ts';
import { makeRegister, type Register } from './register.ts';
import { openRequests, type Requests } from './requests.ts';
import type { PrivacyRequestRow } from './tables.ts';
import { tellAnswered } from './tell-answered.ts';

export interface PrivacyParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  log: Log;
  config: () => Config;
  secretBox: (purpose: string) => SecretBox;
  store: () => StoreControl;
  trace: () => TraceClient;
  reader: Reader;
  recipients: RecipientStore;
  alarms: () => AlarmWatch;
  notices: Notices;
  identities: Pick<Identities, 'forget'>;
  messages: Pick<Messages, 'forget'>;
  audit: Pick<AuditService, 'prune'>;
}

export interface PrivacyService {
  readonly requests: Pick<Requests, 'get' | 'list' | 'open'>;
  register(): Register;
  /** The result of an export, as long as it is there. */
  result(request: PrivacyRequestRow): ReadStream | undefined;
  /** Drops what is past its time, now. */
  drop(): Promise<DropRun>;
  /** Looks in every store whether anything is left that should be gone, and rings or ends the alarm. */
  look(): Promise<LookRun>;
  /** Takes erased addresses out of what was written of their messages since; answers in how many. */
  late(): Promise<{ messages: number }>;
  /** What both last did, over restarts too. */
  lastRuns(): Promise<LastRuns>;
  /** Resolves once nothing is being carried out; for tests and the stop. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Last runs with their time, ISO 8601. */
export interface LastRuns {
  last_drop: (DropRun & { at: string }) | null;
  last_look: (LookRun & { at: string }) | null;
}

/** After the start: dropping costs little, looking at everything waits until the first minutes are over. */
const FIRST_DROP_MS = 500;
const FIRST_LOOK_MS = 120_000;
const LOOK_MS = 3_600_000;
const SHORTEST_MS = 60_000;
/** What a timer can count. */
const LONGEST_MS = 2 ** 31 - 1;
const AGAIN_MS = 5000;
/** The stop of the relay waits no longer for work that runs. */
const CLOSE_MS = 5000;
/** Tries of one request before it counts as failed. */
const TRIES = 3;

/** Starts the work in the background. */
export function openPrivacy(parts: PrivacyParts): PrivacyService {
  return new Privacy(parts);
}

class Privacy implements PrivacyService {
  readonly requests: PrivacyService['requests'];
  readonly #parts: PrivacyParts;
  readonly #work: CarryOutParts;
  readonly #requests: Requests;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #tries = new Map<string, number>();
  #running: Promise<void> | undefined;
  #jobs: Promise<unknown> = Promise.resolve();
  readonly #ended = new AbortController();
  #closed = false;

  constructor(parts: PrivacyParts) {
    this.#parts = parts;
    const { database, changes } = parts;
    const { master_key_lost: mayBeLost } = parts.config().secrets;
    const made = readOrMakePrivacyKey(database, parts.secretBox(PRIVACY_PURPOSE), mayBeLost);
    const key = () => made;
    this.#requests = openRequests({ database, changes, key });
    const dataDir = parts.config().node.data_dir;
    this.#work = {
      ...parts,
      requests: this.#requests,
      key,
      folder: join(dataDir, 'exports'),
      traceFolder: join(dataDir, 'trace'),
      knownRecipients: (customer, address) => parts.recipients.known(customer, address),
      forgetRecipient: (customer, address) => parts.recipients.forget(customer, address),
      forgetHabits: (customer, address) => parts.identities.forget(customer as CustomerId, address),
      forgetFiles: (customer, address) => parts.messages.forget(customer, address),
    };
    this.requests = {
      get: (id) => this.#requests.get(id),
      list: (page) => this.#requests.list(page),
      open: async (by, request) => {
        const row = await this.#requests.open(by, request);
        this.#wake();
        return row;
      },
    };
    this.#start();
  }

  register(): Register {
    return makeRegister(this.#parts.config(), this.#parts.clock.now());
  }

  result(request: PrivacyRequestRow): ReadStream | undefined {
    return openExport(this.#work.folder, request, this.#parts.clock.now());
  }

  drop(): Promise<DropRun> {
    return this.#job(async () => {
      const pruneAudit = (before: number) => this.#parts.audit.prune(before);
      const run = await dropOverdue({ ...this.#work, exportsFolder: this.#work.folder, pruneAudit });
      await this.#emptyLog();
      return run;
    });
  }

  look(): Promise<LookRun> {
    return this.#job(async () => {
      const { config, clock, changes, alarms } = this.#parts;
      const run = await runLook(config(), clock.now());
      alarms().retention(faultsOf(run));
      await changes.make(RELAY_ACTOR, async (trx, at) => {
        await trx
          .insertInto('retention_run')
          .values({ job: 'look', at, result: JSON.stringify(run) })
          .execute();
        return { result: undefined, audit: [] };
      });
      return run;
    });
  }

  late(): Promise<{ messages: number }> {
    return this.#job(() => eraseWatched(this.#work));
  }

  async lastRuns(): Promise<LastRuns> {
    return { last_drop: await this.#lastRun<DropRun>('drop'), last_look: await this.#lastRun<LookRun>('look') };
  }

  async #lastRun<T>(job: 'drop' | 'look'): Promise<(T & { at: string }) | null> {
    const row = await this.#parts.database.db
      .selectFrom('retention_run')
      .select(['at', 'result'])
      .where('job', '=', job)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : { ...(JSON.parse(row.result) as T), at: new Date(row.at).toISOString() };
  }

  async idle(): Promise<void> {
    await this.#running;
    await this.#jobs;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ended.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    // What is interrupted is done again after the next start.
    await inTime(this.idle(), CLOSE_MS);
  }

  #start(): void {
    const { retention } = this.#parts.config();
    this.#after(FIRST_DROP_MS, () => this.#dropAndSay());
    // Several nodes, or several starts, must not all look at the same second.
    this.#after(FIRST_LOOK_MS * (1 + Math.random()), () => this.look());
    this.#every(Math.min(Math.max(retention.interval, SHORTEST_MS), LONGEST_MS), async () => {
      await this.#dropAndSay();
      await this.look();
    });
    this.#every(LOOK_MS, () => this.late());
    // What a stop interrupted, or a store that could not be read or written.
    this.#after(1000, async () => this.#wake());
    this.#every(SHORTEST_MS, async () => this.#wake());
  }

  async #dropAndSay(): Promise<void> {
    const { dropped, failed } = await this.drop();
    const { log } = this.#parts;
    if (Object.keys(dropped).length > 0) log.info('past its time and dropped', { dropped });
    if (Object.keys(failed).length > 0) log.error('past its time and not dropped', { failed });
  }

  #after(ms: number, work: () => Promise<unknown>): void {
    this.#timers.push(setTimeout(() => this.#quietly(work), ms).unref());
  }

  #every(ms: number, work: () => Promise<unknown>): void {
    this.#timers.push(setInterval(() => this.#quietly(work), ms).unref());
  }

  #quietly(work: () => Promise<unknown>): void {
    if (this.#closed) return;
    work().catch((err: unknown) => this.#parts.log.error('work on privacy failed', { err }));
  }

  /** One job after the other. */
  #job<T>(work: () => Promise<T>): Promise<T> {
    const job = this.#jobs.then(work);
    this.#jobs = job.catch(() => {});
    return job;
  }

  /** What was erased leaves the log of the control store as well; the daily job does what a reader was in the way of. */
  async #emptyLog(): Promise<void> {
    const { database, log } = this.#parts;
    try {
      if (!(await emptyLog(database))) log.warn('the log of the control store is read all the time, and not emptied');
    } catch (err) {
      log.error('the log of the control store was not emptied', { err });
    }
  }

  /** Never rejects: nobody waits for it. */
  #wake(): void {
    this.#running ??= this.#carryOutAll()
      .catch((err: unknown) => this.#parts.log.error('requests about privacy wait: the store is in the way', { err }))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #carryOutAll(): Promise<void> {
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      const request = next;
      try {
        await this.#job(() => this.#carryOutOne(request));
      } catch (err) {
        this.#parts.log.error('a request about privacy was not answered', { err, request: request.id });
        await this.#failed(request);
        // A thread that is being started again, a folder that comes back: some seconds help.
        await sleep(AGAIN_MS, undefined, { signal: this.#ended.signal }).catch(() => {});
      }
    }
  }

  async #next(): Promise<PrivacyRequestRow | undefined> {
    return this.#closed ? undefined : this.#requests.next();
  }

  async #carryOutOne(request: PrivacyRequestRow): Promise<void> {
    await this.#requests.begin(request.id);
    const { answer, watched } = await carryOut(this.#work, request);
    await this.#requests.answer(request, answer, { by: RELAY_ACTOR, watched });
    // The address stood in the request until now.
    if (request.kind === 'erasure') await this.#emptyLog();
    await tellAnswered(this.#parts, request, answer);
  }

  async #failed(request: PrivacyRequestRow): Promise<void> {
    const tries = (this.#tries.get(request.id) ?? 0) + 1;
    this.#tries.set(request.id, tries);
    if (tries < TRIES || this.#closed) return;
    const fault = 'a store of the relay could not be read or written; its log knows why';
    const answer = { state: 'failed', fault } as const;
    await this.#requests.answer(request, answer, { by: RELAY_ACTOR });
    await tellAnswered(this.#parts, request, answer);
  }
}
