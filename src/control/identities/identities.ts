// Senders of customers that leave their habits: what relay threads count is judged here, and what follows is written, told
// to the mail path, and told to people.

import { join } from 'node:path';
import type { IdentityActivity } from '../../mail/identities/activity.ts';
import { type HabitStore, openHabitStore } from '../../mail/identities/habit-store.ts';
import {
  addActivity,
  courseOf,
  type Habits,
  type Judgement,
  judge,
  type Level,
  nextLevel,
  pardon,
  type SliceNow,
  weekOf,
} from '../../mail/identities/habits.ts';
import { type Identity, identityKey, identityName, isShared } from '../../mail/identities/identity.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { Changes } from '../changes.ts';
import { makeStep, type Step } from '../customers/step.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { Notices } from '../notices/notices.ts';
import { limitsChange } from './limit-facts.ts';
import { objectOf, rowOf, writeLimit } from './limit-rows.ts';
import type { IdentityLimitRow, IdentityToleranceRow } from './tables.ts';
import { tellOfLimit } from './tell-of-limit.ts';

export interface IdentityParts {
  database: ControlDatabase;
  changes: Changes;
  clock: Clock;
  log: Log;
  config: () => Config;
  notices: Pick<Notices, 'tell'>;
  alarms: () => Pick<AlarmWatch, 'senderLocked'>;
}

/** An identity of a customer with all that is known of it. */
export interface ShownIdentity {
  identity: Identity;
  customer: CustomerId;
  limit?: IdentityLimitRow;
  tolerance?: IdentityToleranceRow;
  /** Absent where it was never heard of. */
  judged?: Judgement & {
    since: number;
    last: number;
    locks: number;
    slots: SliceNow[];
    week: number[];
    knownDestinations: number;
  };
}

export interface LimitQuery {
  customer?: CustomerId;
  level?: 'slowed' | 'locked';
  /** Entries behind this one. */
  after?: { customer: string; name: string; kind: string };
  limit: number;
}

/** Whose people ask. */
export type Side = 'operator' | 'customer';

export interface UnlockOptions {
  reason: string;
  side: Side;
}

export interface LockOptions extends UnlockOptions {
  /** Milliseconds since 1970. */
  until?: number | undefined;
}

/** How often limits are looked at that may be over. */
const LOOK_MS = 10_000;
/** An identity that was not heard of for so long is a newcomer again. */
const FORGOTTEN_MS = 60 * 86_400_000;
const DAY_MS = 86_400_000;

/** Opens `habits.db` and begins to judge. */
export function openIdentities(parts: IdentityParts): Identities {
  const path = join(parts.config().node.data_dir, 'habits.db');
  return new Identities(parts, openHabitStore({ path, log: parts.log }));
}

export class Identities {
  readonly #parts: IdentityParts;
  readonly #habits: HabitStore;
  /** What the mail path goes by, by customer and identity. */
  readonly #published = new Map<string, IdentityLimitRow>();
  readonly #tolerated = new Map<string, number>();
  readonly #ready: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  readonly #telling = new Set<Promise<unknown>>();
  #turn: Promise<unknown> = Promise.resolve();
  #droppedAt = 0;
  #closed = false;

  constructor(parts: IdentityParts, habits: HabitStore) {
    this.#parts = parts;
    this.#habits = habits;
    this.#ready = this.#load();
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Takes what senders did, and acts on it. */
  learn(batch: readonly IdentityActivity[]): void {
    this.#quietly(async () => {
      const now = this.#parts.clock.now();
      for (const { customer, identity, activity } of batch) {
        const habits = this.#habits.get(customer, identity, now);
        addActivity(habits, activity, now);
        await this.#judge(customer, identity, habits, now);
      }
    });
  }

  /** Looks at all that are limited: what is calm is let go, what was locked for a while begins slowly. */
  look(): void {
    this.#quietly(async () => {
      const now = this.#parts.clock.now();
      for (const { customer, identity, habits } of this.#habits.limited()) {
        await this.#judge(customer, identity, habits, now);
      }
      await this.#endTolerances(now);
      if (now - this.#droppedAt < DAY_MS) return;
      this.#droppedAt = now;
      this.#habits.drop(now - FORGOTTEN_MS);
    });
  }

  /** Limits in force, in the order of customer and name. */
  list({ customer, level, after, limit }: LimitQuery): Promise<IdentityLimitRow[]> {
    let query = this.#parts.database.reads
      .selectFrom('identity_limit')
      .selectAll()
      .orderBy('customer')
      .orderBy('name')
      .orderBy('kind')
      .limit(limit);
    if (customer !== undefined) query = query.where('customer', '=', customer);
    if (level !== undefined) query = query.where('level', '=', level);
    if (after !== undefined) {
      query = query.where((where) =>
        where.eb(
          where.refTuple('customer', 'name', 'kind'),
          '>',
          where.tuple(after.customer, after.name, after.kind as IdentityLimitRow['kind']),
        ),
      );
    }
    return query.execute();
  }

  /** Those that are known to do what they do, in the order of customer and name. */
  tolerated({ customer, after, limit }: Omit<LimitQuery, 'level'>): Promise<IdentityToleranceRow[]> {
    let query = this.#parts.database.reads
      .selectFrom('identity_tolerance')
      .selectAll()
      .where('until', '>', this.#parts.clock.now())
      .orderBy('customer')
      .orderBy('name')
      .orderBy('kind')
      .limit(limit);
    if (customer !== undefined) query = query.where('customer', '=', customer);
    if (after !== undefined) {
      query = query.where((where) =>
        where.eb(
          where.refTuple('customer', 'name', 'kind'),
          '>',
          where.tuple(after.customer, after.name, after.kind as IdentityToleranceRow['kind']),
        ),
      );
    }
    return query.execute();
  }

  /** All that is known of an identity. */
  async show(customer: CustomerId, identity: Identity): Promise<ShownIdentity> {
    await this.#ready;
    const habits = this.#habits.find(customer, identity);
    const limit = this.#published.get(keyOf(customer, identity));
    const tolerance = await this.#parts.database.reads
      .selectFrom('identity_tolerance')
      .selectAll()
      .where('customer', '=', customer)
      .where('name', '=', identity.name)
      .where('kind', '=', identity.kind)
      .executeTakeFirst();
    const now = this.#parts.clock.now();
    const { since = 0, last = 0, locks = [] } = habits ?? {};
    return {
      customer,
      identity,
      ...(limit !== undefined && { limit }),
      ...(tolerance !== undefined && { tolerance }),
      ...(habits !== undefined && {
        judged: {
          ...judge(habits, now, isShared(identity.kind)),
          since,
          last,
          locks: locks.length,
          slots: courseOf(habits, now),
          week: weekOf(habits),
          knownDestinations: habits.destinations.length,
        },
      }),
    };
  }

  /** Locks by hand: until a time, or until somebody unlocks. A 403 where a customer's people would change a lock of others. */
  lock(by: Actor, customer: CustomerId, identity: Identity, options: LockOptions): Promise<ShownIdentity> {
    const { reason, until, side } = options;
    return this.#inTurn(async () => {
      const now = this.#parts.clock.now();
      if (until !== undefined && until <= now) {
        throw problem('lock-in-past', {}, [fault('until', 'in-future')]);
      }
      const before = this.#published.get(keyOf(customer, identity));
      if (before?.level === 'locked') assertMayChange(before, side);
      // What the relay slowed stays the operator's to let go, whoever locks it.
      const byCustomer = side === 'customer' && before?.by_customer !== 0;
      const habits = this.#habits.get(customer, identity, now);
      const level: Level = { kind: 'locked', since: now, signs: [], ...(until !== undefined && { until }) };
      await this.#settle(by, customer, identity, { level, habits, reason, byCustomer });
      habits.level = level;
      this.#habits.changed(customer, identity, habits);
      return this.show(customer, identity);
    });
  }

  /** Lets it go on, and forgets what led to it. A 404 where it is not limited, a 403 where it is not theirs to let go. */
  unlock(by: Actor, customer: CustomerId, identity: Identity, options: UnlockOptions): Promise<ShownIdentity> {
    return this.#inTurn(async () => {
      const before = this.#published.get(keyOf(customer, identity));
      if (before === undefined) throw problem('not-limited');
      assertMayChange(before, options.side);
      await this.#pardon(by, customer, identity, options.reason);
      return this.show(customer, identity);
    });
  }

  /** It is known to do this: not limited until the time. */
  tolerate(
    by: Actor,
    customer: CustomerId,
    identity: Identity,
    { reason, until }: { reason: string; until: number },
  ): Promise<ShownIdentity> {
    return this.#inTurn(async () => {
      const now = this.#parts.clock.now();
      if (until <= now) {
        throw problem('tolerance-in-past', {}, [fault('until', 'in-future')]);
      }
      const row: IdentityToleranceRow = { customer, ...identity, until, made_at: now, made_by: by.who, reason };
      await makeStep(this.#parts.changes, by, async (step) => {
        await step.trx.replaceInto('identity_tolerance').values(row).execute();
        step.audit.push({
          action: 'identity.tolerated',
          object: objectOf(identity),
          customer,
          before: null,
          after: { until, reason },
        });
      });
      this.#tolerated.set(keyOf(customer, identity), until);
      if (this.#published.has(keyOf(customer, identity))) await this.#pardon(by, customer, identity, reason);
      return this.show(customer, identity);
    });
  }

  /** Within the change that erases a customer. */
  async erase(step: Step, customer: string): Promise<void> {
    await step.trx.deleteFrom('identity_limit').where('customer', '=', customer).execute();
    await step.trx.deleteFrom('identity_tolerance').where('customer', '=', customer).execute();
    step.directory.push(await limitsChange(step.trx, customer));
    step.after.push(async () => {
      this.#habits.forget(customer as CustomerId);
      for (const known of [this.#published, this.#tolerated])
        for (const key of known.keys()) if (key.startsWith(`${customer} `)) known.delete(key);
    });
  }

  /** Forgets the habits of an address of a customer, not its limits; answers how many identities that were. */
  forget(customer: CustomerId, address: string): number {
    const name = identityName(address);
    const forgotten = this.#habits.forget(customer, name);
    for (const row of this.#published.values()) if (row.customer === customer && row.name === name) this.#recall(row);
    return forgotten;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#turn;
    await Promise.all(this.#telling);
    this.#habits.close();
  }

  /** One thing after the other: what is judged goes by what is published. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      await this.#ready;
      return work();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** The same for what nobody waits for. */
  #quietly(work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#inTurn(work).catch((err: unknown) => this.#parts.log.error('senders not judged', { err }));
  }

  async #judge(customer: CustomerId, identity: Identity, habits: Habits, now: number): Promise<void> {
    const { kind } = identity;
    const tolerated = (this.#tolerated.get(keyOf(customer, identity)) ?? 0) > now;
    const level = tolerated
      ? whileTolerated(habits, now)
      : nextLevel(habits, judge(habits, now, isShared(kind)), { now, kind });
    if (this.#differs(customer, identity, level)) {
      await this.#settle(RELAY_ACTOR, customer, identity, { level, habits, reason: '' });
    }
    this.#habits.changed(customer, identity, habits);
  }

  #differs(customer: CustomerId, identity: Identity, level: Level): boolean {
    const known = this.#published.get(keyOf(customer, identity));
    if (level.kind === 'free' || known === undefined) return (level.kind === 'free') !== (known === undefined);
    return known.level !== level.kind || known.until !== (level.kind === 'locked' ? (level.until ?? null) : null);
  }

  async #pardon(by: Actor, customer: CustomerId, identity: Identity, reason: string): Promise<void> {
    const habits = this.#habits.get(customer, identity, this.#parts.clock.now());
    await this.#settle(by, customer, identity, { level: { kind: 'free' }, habits, reason });
    pardon(habits);
    this.#habits.changed(customer, identity, habits);
  }

  /** Writes the level, and tells the mail path, webhooks and people. */
  async #settle(
    by: Actor,
    customer: CustomerId,
    identity: Identity,
    change: { level: Level; habits: Habits; reason: string; byCustomer?: boolean },
  ): Promise<void> {
    const { level, reason } = change;
    const key = keyOf(customer, identity);
    const before = this.#published.get(key);
    const row = level.kind === 'free' ? undefined : rowOf(customer, identity, { ...change, level, by: by.who });
    await makeStep(this.#parts.changes, by, async (step) => {
      await writeLimit(step, customer, identity, { before, row, reason });
    });
    if (row === undefined) this.#published.delete(key);
    else this.#published.set(key, row);
    if (row !== undefined && by === RELAY_ACTOR) this.#tell(row, before);
  }

  #tell(row: IdentityLimitRow, before: IdentityLimitRow | undefined): void {
    // Who comes back from a lock is slowed: that is no news.
    if (row.level === 'slowed' && before !== undefined) return;
    if (row.level === 'locked' && row.until === null) this.#parts.alarms().senderLocked(row.customer, row.name);
    const telling: Promise<unknown> = tellOfLimit(this.#parts, row).finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
  }

  async #load(): Promise<void> {
    const { reads } = this.#parts.database;
    for (const row of await reads.selectFrom('identity_limit').selectAll().execute()) {
      this.#published.set(keyOf(row.customer as CustomerId, row), row);
    }
    for (const row of await reads.selectFrom('identity_tolerance').selectAll().execute()) {
      this.#tolerated.set(keyOf(row.customer as CustomerId, row), row.until);
    }
    for (const row of this.#published.values()) this.#recall(row);
    // What was let go just before a crash may not be written there yet.
    for (const { customer, identity, habits } of this.#habits.limited()) {
      if (this.#published.has(keyOf(customer, identity))) continue;
      pardon(habits);
      this.#habits.changed(customer, identity, habits);
    }
  }

  /** The file of habits may have been lost, or lack its last seconds: what is published holds. */
  #recall({ customer, kind, name, level, since, until, signs }: IdentityLimitRow): void {
    const habits = this.#habits.get(customer as CustomerId, { kind, name }, since);
    const known = habits.level;
    if (known.kind === level && (known.kind !== 'locked' || (known.until ?? null) === until)) return;
    const why = JSON.parse(signs) as Extract<Level, { kind: 'locked' }>['signs'];
    habits.level =
      level === 'slowed'
        ? { kind: 'slowed', since, calmSince: since, signs: why }
        : { kind: 'locked', since, signs: why, ...(until !== null && { until }) };
    this.#habits.changed(customer as CustomerId, { kind, name }, habits);
  }

  async #endTolerances(now: number): Promise<void> {
    const over = [...this.#tolerated].filter(([, until]) => until <= now);
    if (over.length === 0) return;
    for (const [key] of over) this.#tolerated.delete(key);
    await makeStep(this.#parts.changes, RELAY_ACTOR, async ({ trx }) => {
      await trx.deleteFrom('identity_tolerance').where('until', '<=', now).execute();
    });
  }
}

/** Who holds a password of the customer may be who broke in. */
function assertMayChange({ by_customer: byCustomer }: IdentityLimitRow, side: Side): void {
  if (side === 'operator' || byCustomer === 1) return;
  throw problem('lock-of-operator');
}

/** Nothing that it does counts; what a person locked stays so until its time. */
function whileTolerated(habits: Habits, now: number): Level {
  const { level } = habits;
  if (level.kind === 'locked' && (level.until === undefined || now < level.until)) return level;
  habits.level = { kind: 'free' };
  return habits.level;
}

function keyOf(customer: CustomerId, identity: Identity): string {
  return `${customer} ${identityKey(identity)}`;
}
