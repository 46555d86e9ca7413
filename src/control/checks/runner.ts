// Looks at everything in its turn: what is new or has changed at once, the rest by the hour, so many at a time. What was
// found is written in batches: one transaction serves many looks.

import type { Transaction } from 'kysely';
import type { DirectoryChange } from '../../mail/authorise/directory.ts';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { Change, Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { ControlTables } from '../database/tables.ts';
import type { ControlEvent } from '../events/control-events.ts';
import { dropGrantsOfGone, settleGrant, tellGrants } from '../grants/grant-changes.ts';
import { eventsOf } from './check-events.ts';
import { DueSubjects } from './due-subjects.ts';
import type { Look, Looker } from './look-at.ts';
import { type ProofNotice, takeProof } from './proof-changes.ts';
import { changedCustomers, forgetSubject, nextPace, refreshSubjects, writeFindings } from './subject-rows.ts';
import type { SubjectName } from './subjects.ts';

export interface RunnerParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  log: Log;
  config: () => Config;
  looker: Looker;
  /** Writes to the administrators of a customer. Never rejects. */
  tell: (notice: ProofNotice) => Promise<void>;
  alarms: () => Pick<AlarmWatch, 'checksLate'>;
}

const TICK_MS = 250;
/** Customers whose things are read anew in one transaction. */
const CUSTOMERS_AT_ONCE = 50;
const LOOKS_A_BATCH = 100;
/** Of all looks at a time, so much is for one customer: its DNS may be slow on purpose. */
const SHARE = 1 / 4;
/** A customer that could not be read is tried again after this. */
const UNREADABLE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of the time until the next look, so that not everything falls on the same minute. */
const JITTER = 0.1;

export class Runner {
  readonly #parts: RunnerParts;
  readonly #due: DueSubjects;
  readonly #grantsDue;
  /** Looks that were begun and are not written yet, and how many of them are not done. */
  readonly #running = new Set<string>();
  readonly #overtaken = new Set<string>();
  readonly #lookingOf = new Map<string, number>();
  #looking = 0;
  /** Until when each is left alone. */
  readonly #unreadable = new Map<string, number>();
  #startedAt = 0;
  #late: number | undefined;
  #looked: Look[] = [];
  #queue: SubjectName[] = [];
  #freshFirst = false;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #closed = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#due = new DueSubjects(parts.database);
    this.#grantsDue = parts.database.raw.prepare(
      'select customer, domain from dns_grant where changes_at is not null and changes_at <= ? limit 100',
    );
  }

  start(): void {
    this.#startedAt = this.#parts.clock.now();
    this.#timer = setInterval(() => void this.round(), TICK_MS);
    this.#timer.unref();
    void this.round();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#round;
    // Looks that run are let go: what they would have found is found at the next start.
    this.#parts.looker.close();
    this.#looked = [];
  }

  /** One turn: changes are read, what is due is begun, what was found is written. Never rejects. */
  round(): Promise<void> {
    this.#round ??= this.#turn()
      .catch((err: unknown) => this.#parts.log.error('checks did not go on', { err }))
      .finally(() => (this.#round = undefined));
    return this.#round;
  }

  /** Reads what this customer has, now, where that changed since it was read. */
  async refresh(customer: string): Promise<void> {
    const { db } = this.#parts.database;
    const changed = db.selectFrom('check_changed').select('customer').where('customer', '=', customer);
    if ((await changed.executeTakeFirst()) !== undefined) await this.#refresh([customer]);
  }

  /** Looks at these at once, and writes what was found before it resolves. */
  async lookNow(names: readonly SubjectName[]): Promise<void> {
    const queue = [...names];
    const worker = async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        const look = await this.#parts.looker.look(name, true);
        // What a look in turn saw before this one is older: it must not be written after it.
        if (this.#running.has(keyOf(name))) this.#overtaken.add(keyOf(name));
        await this.#write([look]);
      }
    };
    await Promise.all(Array.from({ length: Math.min(LOOKS_FOR_ONE, names.length) }, worker));
  }

  async #turn(): Promise<void> {
    if (this.#closed) return;
    this.#tellLate();
    await this.#moveGrants();
    await this.#readChanged();
    await this.#flush();
    this.#fetchDue();
    this.#begin();
  }

  /** Customers that changed are read together. One that cannot be read is tried again later, and stops no other. */
  async #readChanged(): Promise<void> {
    const now = this.#parts.clock.now();
    for (const [customer, until] of this.#unreadable) if (until <= now) this.#unreadable.delete(customer);
    const changed = await changedCustomers(this.#parts.database.db, CUSTOMERS_AT_ONCE + this.#unreadable.size);
    const readable = changed.filter((customer) => !this.#unreadable.has(customer)).slice(0, CUSTOMERS_AT_ONCE);
    if (readable.length === 0) return;
    try {
      await this.#refresh(readable);
    } catch {
      for (const customer of readable) await this.#readAlone(customer);
    }
  }

  async #readAlone(customer: string): Promise<void> {
    try {
      await this.#refresh([customer]);
    } catch (err) {
      this.#unreadable.set(customer, this.#parts.clock.now() + UNREADABLE_MS);
      this.#parts.log.error('what a customer has cannot be read for its checks', { customer, err });
    }
  }

  async #refresh(customers: readonly string[]): Promise<void> {
    await this.#parts.changes.make(RELAY_ACTOR, async (trx, now) => {
      const directory: DirectoryChange[] = [];
      for (const customer of customers) {
        directory.push(...(await dropGrantsOfGone(trx, customer)));
        await refreshSubjects(trx, customer, now);
        // `apply` may have taken its own word back, and with it what DNS says from the mail path.
        directory.push(...(await tellGrants(trx, customer)));
      }
      return { result: undefined, audit: [], directory };
    });
  }

  /** Grants begin and end at their time, whatever else is going on. */
  async #moveGrants(): Promise<void> {
    const rows = this.#grantsDue.all(this.#parts.clock.now()) as { customer: string; domain: string }[];
    if (rows.length === 0) return;
    await this.#parts.changes.make(RELAY_ACTOR, async (trx, now) => {
      const audit: AuditedChange[] = [];
      const directory: DirectoryChange[] = [];
      for (const row of rows) {
        const step = await settleGrant(trx, row, { now });
        audit.push(...step.audit);
        directory.push(...step.directory);
      }
      return { result: undefined, audit, directory };
    });
  }

  /** Nobody sees by itself that nothing is looked at any more, or too seldom for a grace to be kept. */
  #tellLate(): void {
    const { interval } = this.#parts.config().checks;
    const due = this.#due.oldest();
    // What came due while the relay was off is not late yet.
    const lateMs = due === undefined ? 0 : this.#parts.clock.now() - Math.max(due, this.#startedAt);
    const late = lateMs > interval ? Math.ceil(lateMs / HOUR_MS) : undefined;
    if (late === this.#late) return;
    this.#late = late;
    this.#parts.alarms().checksLate(late);
  }

  /** What is due now waits in memory until there is room. */
  #fetchDue(): void {
    const now = this.#parts.clock.now();
    this.#queue = this.#due.due(
      { now, latest: now + 2 * this.#parts.config().checks.interval },
      { skip: (name) => this.#running.has(keyOf(name)), room: (customer) => this.#room(customer) },
    );
  }

  /** Looks that may begin for a customer now. */
  #room(customer: string): number {
    return Math.ceil(this.#parts.config().checks.at_once * SHARE) - (this.#lookingOf.get(customer) ?? 0);
  }

  /** What is new and what is due take turns, so that neither can keep the other waiting. */
  #begin(): void {
    const skip = (name: SubjectName) => this.#running.has(keyOf(name)) || this.#room(name.customer) <= 0;
    const most = this.#parts.config().checks.at_once;
    while (this.#looking < most && !this.#closed) {
      this.#freshFirst = !this.#freshFirst;
      const name = this.#freshFirst
        ? (this.#due.fresh(skip) ?? this.#nextDue(skip))
        : (this.#nextDue(skip) ?? this.#due.fresh(skip));
      if (name === undefined) return;
      this.#run({ customer: name.customer, kind: name.kind, object: name.object });
    }
  }

  #nextDue(skip: (name: SubjectName) => boolean): SubjectName | undefined {
    for (let name = this.#queue.shift(); name !== undefined; name = this.#queue.shift()) {
      if (!skip(name)) return name;
    }
    return undefined;
  }

  #count(customer: string, more: 1 | -1): void {
    this.#looking += more;
    const now = (this.#lookingOf.get(customer) ?? 0) + more;
    if (now === 0) this.#lookingOf.delete(customer);
    else this.#lookingOf.set(customer, now);
  }

  #run(name: SubjectName): void {
    const key = keyOf(name);
    this.#running.add(key);
    this.#count(name.customer, 1);
    this.#parts.looker
      .look(name, false)
      .then((look) => this.#looked.push(look))
      .catch((err: unknown) => {
        this.#running.delete(key);
        this.#overtaken.delete(key);
        if (!this.#closed) this.#parts.log.error('a check failed', { err, kind: name.kind });
      })
      .finally(() => {
        this.#count(name.customer, -1);
        this.#begin();
      });
  }

  /** A look counts as running until it is written: nobody begins it a second time. */
  async #flush(): Promise<void> {
    while (this.#looked.length > 0) {
      const batch = this.#looked.splice(0, LOOKS_A_BATCH);
      try {
        await this.#write(batch.filter(({ name }) => !this.#overtaken.delete(keyOf(name))));
      } finally {
        for (const { name } of batch) this.#running.delete(keyOf(name));
      }
    }
  }

  async #write(looks: readonly Look[]): Promise<void> {
    if (this.#closed) return;
    const notices = await this.#parts.changes.make(RELAY_ACTOR, async (trx, now) => {
      const change = { audit: [] as AuditedChange[], directory: [] as DirectoryChange[], events: [] as ControlEvent[] };
      const told: ProofNotice[] = [];
      for (const look of looks) told.push(...(await this.#writeOne(trx, look, { now, change })));
      return { result: told, ...change } satisfies Change<ProofNotice[]>;
    });
    for (const notice of notices) void this.#parts.tell(notice);
  }

  async #writeOne(
    trx: Transaction<ControlTables>,
    look: Look,
    {
      now,
      change,
    }: { now: number; change: { audit: AuditedChange[]; directory: DirectoryChange[]; events: ControlEvent[] } },
  ): Promise<ProofNotice[]> {
    const { name, findings, proof, grants } = look;
    if (look.gone) {
      await forgetSubject(trx, name);
      return [];
    }
    let notices: ProofNotice[] = [];
    let watch = false;
    const written = [...findings];
    const at = findings.findIndex(({ kind }) => kind === 'ownership');
    const finding = findings[at];
    if (proof !== undefined && finding !== undefined) {
      const looked = { customer: name.customer, domain: name.object, proof, finding };
      const effect = await takeProof(trx, looked, { now, rules: this.#proofRules() });
      written[at] = effect.finding;
      ({ notices, watch } = effect);
      change.audit.push(...effect.audit);
      change.directory.push(...effect.directory);
      change.events.push(...effect.events);
    }
    if (grants !== undefined) {
      const step = await settleGrant(trx, { customer: name.customer, domain: name.object }, { now, records: grants });
      change.audit.push(...step.audit);
      change.directory.push(...step.directory);
    }
    const next = (state: { pace: number; changed: boolean; red: boolean }) => this.#next({ ...state, watch, now });
    const transitions = await writeFindings(trx, { name, findings: written, now }, next);
    if (look.inForce) {
      const detail = (kind: string) => written.find((one) => one.kind === kind);
      change.events.push(...eventsOf(name, transitions, detail));
    }
    return notices;
  }

  #next({
    pace,
    changed,
    red,
    watch,
    now,
  }: {
    pace: number;
    changed: boolean;
    red: boolean;
    watch: boolean;
    now: number;
  }) {
    const { first_retry: firstRetryMs, interval: intervalMs } = this.#parts.config().checks;
    const next = nextPace(pace, { changed, red: red || watch }, { firstRetryMs, intervalMs });
    const spread = 1 - JITTER + 2 * JITTER * Math.random();
    return { pace: next, due: Math.round(now + next * spread) };
  }

  #proofRules() {
    const { grace, interval } = this.#parts.config().checks;
    return { graceMs: grace, longestGapMs: 2 * interval };
  }
}

/** Looks at the things of one customer at the same time, while somebody waits. */
const LOOKS_FOR_ONE = 10;

function keyOf({ customer, kind, object }: SubjectName): string {
  return `${customer} ${kind} ${object}`;
}
