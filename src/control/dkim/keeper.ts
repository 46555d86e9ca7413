// Keeps the DKIM keys going: makes those that a domain should have, looks into DNS for the records of new ones, begins to
// sign with a key once its record is seen, and erases a key once its overlap is over. Whatever ends in the middle is taken
// up by the next round, after a restart too: what is to be done stands in the database.

import { setTimeout } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { DirectoryChange, DkimAlgorithm, DomainSigning } from '../../mail/authorise/directory.ts';
import type { DnsAnswer } from '../../network/dns-answer.ts';
import { inTime } from '../../platform/in-time.ts';
import type { Log } from '../../platform/log.ts';
import { recordFault, recordName } from '../../protocol/dkim/key-record.ts';
import { recordAudit } from '../audit/audit.ts';
import { domainFact } from '../database/facts.ts';
import type { ControlTables, DkimKeyRow } from '../database/tables.ts';
import { auditOf, type DkimOptions, freeSelector, newKeyRow } from './dkim.ts';
import { type KeyMaterial, makeKey } from './key-material.ts';
import { activate, keysOfDomain, sealedFor, tellKeys } from './key-rows.ts';

export interface KeeperOptions extends DkimOptions {
  /** Asks DNS, not a cache. Never rejects. */
  lookTxt: (name: string) => Promise<DnsAnswer<string>>;
  checkIntervalMs: () => number;
  log: Log;
}

export interface DkimKeeper {
  /** Makes the keys that domains lack; resolves once that is done, or after the time: it goes on then by itself. */
  makeMissing(withinMs: number): Promise<void>;
  /** One round of everything that is due. Never rejects. */
  round(): Promise<void>;
  /** Looks at the records of a domain now. */
  check(domain: string): Promise<void>;
  /** Seals anew what an older master key sealed; how many that were. Throws where a key cannot be opened at all. */
  resealAll(): Promise<number>;
  close(): Promise<void>;
}

const ROUND_MS = 1000;
/** RSA takes a tenth of a second of a core; mail goes first. */
const DOMAINS_AT_ONCE = 20;
/** After the first domains so many times as long as the last ones took. */
const REST_FACTOR = 4;
const CHECKS_AT_ONCE = 50;
const SEALED_AT_ONCE = 200;
const DAY_MS = 86_400_000;
/** A record that is not there after a day is looked for ten times less often. */
const SLOWER = 10;
/** DNS that gives no answer says nothing of a record; after so long nobody who receives mail had one either. */
const SILENT_MS = 2 * DAY_MS;
const WHO = 'relay';

/** Starts the rounds. */
export function startDkimKeeper(options: KeeperOptions): DkimKeeper {
  const keeper = new Keeper(options);
  keeper.start();
  return keeper;
}

/** What DNS shows of a key. */
interface Seen {
  fault?: string;
  /** DNS gave no answer. */
  silent?: true;
}

class Keeper implements DkimKeeper {
  readonly #options: KeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #making: Promise<void> | undefined;
  #closed = false;
  readonly #ending = new AbortController();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.round(), ROUND_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ending.abort();
    clearInterval(this.#timer);
    await this.#running;
    await this.#making;
  }

  round(): Promise<void> {
    this.#running ??= this.#round().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async makeMissing(withinMs: number): Promise<void> {
    this.#making ??= this.#makeAll().finally(() => (this.#making = undefined));
    await inTime(this.#making, withinMs);
  }

  async check(domain: string): Promise<void> {
    const rows = await this.#db
      .selectFrom('dkim_key')
      .selectAll()
      .where('domain', '=', domain)
      .where('state', 'in', ['waiting', 'active', 'retiring'])
      .execute();
    await this.#look(rows);
  }

  async resealAll(): Promise<number> {
    const { box } = this.#options;
    let count = 0;
    for (;;) {
      if (this.#closed) return count;
      const stale = this.#db.selectFrom('dkim_key').selectAll().where('master', '<>', box.master);
      const rows = await stale.limit(SEALED_AT_ONCE).execute();
      if (rows.length === 0) return count;
      await this.#inTransaction(async (trx) => {
        for (const row of rows) await this.#reseal(trx, row);
        return [];
      });
      count += rows.length;
    }
  }

  get #db() {
    return this.#options.database.db;
  }

  async #round(): Promise<void> {
    if (this.#closed) return;
    try {
      void this.makeMissing(0);
      await this.#lookAtDue();
      await this.#endOverlaps();
    } catch (err) {
      this.#options.log.error('DKIM keys were not looked after', { err });
    }
  }

  async #makeAll(): Promise<void> {
    try {
      // Mail goes first: of many keys the first are made at once, the others with a part of one core.
      for (let rests = 0; !this.#closed; rests = REST_FACTOR) {
        const began = performance.now();
        const todo = this.#db.selectFrom('domain').selectAll().where('dkim_todo', '=', 1);
        const rows = await todo.limit(DOMAINS_AT_ONCE).execute();
        if (rows.length === 0) return;
        if (this.#closed) return;
        for (const row of rows) await this.#makeFor(domainFact(row).dkim, row.name);
        await this.#rest((performance.now() - began) * rests);
      }
    } catch (err) {
      this.#options.log.error('DKIM keys were not made', { err });
    }
  }

  async #rest(ms: number): Promise<void> {
    if (ms === 0) return;
    await setTimeout(ms, undefined, { signal: this.#ending.signal, ref: false }).catch(() => {});
  }

  async #makeFor(wanted: DomainSigning | undefined, domain: string): Promise<void> {
    const have = await this.#db.selectFrom('dkim_key').selectAll().where('domain', '=', domain).execute();
    const made: { key: MissingKey; material: KeyMaterial }[] = [];
    for (const key of missingKeys(wanted, have)) made.push({ key, material: await makeKey(key.algorithm) });
    const { box, clock, overlapMs } = this.#options;
    await this.#inTransaction(async (trx) => {
      const now = clock.now();
      const rows = await keysOfDomain(trx, domain);
      const taken = new Set(rows.map(({ selector }) => selector));
      // Meanwhile one may have come by another way.
      const missing = missingKeys(wanted, rows);
      for (const { key, material } of made) {
        if (!missing.some((one) => one.stream === key.stream && one.algorithm === key.algorithm)) continue;
        const selector = freeSelector(key.algorithm, now, taken);
        taken.add(selector);
        const row = newKeyRow({ domain, selector, stream: key.stream, material }, { box, now });
        const inserted = await trx.insertInto('dkim_key').values(row).returningAll().executeTakeFirstOrThrow();
        if (wanted?.published === true) await activate(trx, inserted, { now, overlapMs: overlapMs() });
        await recordAudit(trx, [auditOf('created', undefined, inserted)], { who: WHO, now });
      }
      if (wanted?.published === true) await this.#activateWaiting(trx, domain);
      await trx.updateTable('domain').set({ dkim_todo: 0 }).where('name', '=', domain).execute();
      return tellKeys(trx, domain);
    });
  }

  /** The operator's word that records are published counts for keys that were made before it was given. */
  async #activateWaiting(trx: Transaction<ControlTables>, domain: string): Promise<void> {
    const now = this.#options.clock.now();
    const waiting = (await keysOfDomain(trx, domain)).filter(({ state }) => state === 'waiting');
    for (const row of waiting) await activate(trx, row, { now, overlapMs: this.#options.overlapMs() });
  }

  async #lookAtDue(): Promise<void> {
    const due = this.#db.selectFrom('dkim_key').selectAll().where('check_at', '<=', this.#options.clock.now());
    const rows = await due.orderBy('check_at').limit(CHECKS_AT_ONCE).execute();
    if (rows.length > 0) await this.#look(rows);
  }

  async #look(rows: readonly DkimKeyRow[]): Promise<void> {
    const found = await Promise.all(rows.map((row) => this.#seenOf(row)));
    for (const [i, row] of rows.entries()) await this.#note(row, found[i] ?? {});
  }

  async #seenOf(row: DkimKeyRow): Promise<Seen> {
    const answer = await this.#options.lookTxt(recordName(row.selector, row.domain));
    if (answer.kind === 'temporary') return { fault: `DNS gave no answer: ${answer.detail}`, silent: true };
    if (answer.kind === 'none') return { fault: 'there is no record' };
    const faults = answer.records.map((text) => recordFault(text, row.algorithm, row.public_key));
    // RFC 6376 3.6.2.2: with several records it is open which is taken.
    if (faults.length > 1) return { fault: `there are ${faults.length} records` };
    return faults[0] === undefined ? {} : { fault: faults[0] };
  }

  #note(row: DkimKeyRow, seen: Seen): Promise<void> {
    const { clock, overlapMs, log } = this.#options;
    return this.#inTransaction(async (trx) => {
      const now = clock.now();
      const present = await trx.selectFrom('dkim_key').selectAll().where('id', '=', row.id).executeTakeFirst();
      if (present === undefined || present.state === 'retired') return [];
      const check_at = present.state === 'retiring' ? null : now + this.#nextLook(present, seen, now);
      if (present.state !== 'waiting' && seen.silent && now - (present.checked_at ?? present.made_at) < SILENT_MS) {
        await trx.updateTable('dkim_key').set({ check_at }).where('id', '=', row.id).execute();
        return [];
      }
      const { fault } = seen;
      const looked = trx.updateTable('dkim_key').set({ checked_at: now, fault: fault ?? null, check_at });
      await looked.where('id', '=', row.id).execute();
      if (present.state !== 'waiting') {
        if (fault !== undefined && present.fault === null) log.warn('DKIM record is wrong', { ...named(row), fault });
        if (present.state === 'active') this.#options.fault(sealedFor(row), fault);
        return [];
      }
      if (fault !== undefined) return [];
      const older = await activate(trx, present, { now, overlapMs: overlapMs() });
      const replaced = older.map((one) => auditOf('retired', one, { ...one, state: 'retiring' }));
      const began = auditOf('activated', present, { ...present, state: 'active' });
      await recordAudit(trx, [...replaced, began], { who: WHO, now });
      log.info('DKIM key signs', named(row));
      return tellKeys(trx, row.domain);
    });
  }

  /** A record that is as it should be is looked at daily, one that is not more often, so that its alarm ends soon. */
  #nextLook(row: DkimKeyRow, { fault, silent }: Seen, now: number): number {
    const interval = this.#options.checkIntervalMs();
    if (fault === undefined) return Math.max(DAY_MS, interval);
    // Silence ends soon as a rule; one that was noted as a fault is that of a dead zone.
    const isShort = silent === true && row.fault === null;
    return isShort || now - row.made_at < DAY_MS ? interval : interval * SLOWER;
  }

  async #endOverlaps(): Promise<void> {
    const over = this.#db.selectFrom('dkim_key').selectAll().where('state', '=', 'retiring');
    const rows = await over.where('until', '<=', this.#options.clock.now()).limit(SEALED_AT_ONCE).execute();
    if (rows.length === 0) return;
    await this.#inTransaction(async (trx) => {
      const now = this.#options.clock.now();
      const ids = rows.map(({ id }) => id);
      const erased = { state: 'retired', sealed: null, master: null, check_at: null } as const;
      await trx.updateTable('dkim_key').set(erased).where('id', 'in', ids).execute();
      const changes = rows.map((row) => auditOf('erased', row, { ...row, state: 'retired' }));
      await recordAudit(trx, changes, { who: WHO, now });
      return [];
    });
  }

  async #reseal(trx: Transaction<ControlTables>, row: DkimKeyRow): Promise<void> {
    const { box } = this.#options;
    const about = sealedFor(row);
    const key = row.sealed === null ? undefined : box.open(row.sealed, about);
    if (key === undefined) {
      throw new Error(`the DKIM key ${about} was sealed with a master key that is not named in [secrets]`);
    }
    const sealed = { sealed: box.seal(key, about), master: box.master };
    // What was erased since it was read stays erased.
    const there = trx.updateTable('dkim_key').set(sealed).where('id', '=', row.id).where('sealed', 'is not', null);
    await there.execute();
  }

  #inTransaction(work: (trx: Transaction<ControlTables>) => Promise<DirectoryChange[]>): Promise<void> {
    const { database, inTurn } = this.#options;
    return inTurn(async () => {
      const changes = await database.db.transaction().execute(work);
      return { result: undefined, changes };
    });
  }
}

interface MissingKey {
  stream: string;
  algorithm: DkimAlgorithm;
}

/** What the domain should have and has not, neither signing nor waiting. */
function missingKeys(wanted: DomainSigning | undefined, have: readonly DkimKeyRow[]): MissingKey[] {
  if (wanted === undefined) return [];
  const all = ['', ...wanted.streams].flatMap((stream) => wanted.make.map((algorithm) => ({ stream, algorithm })));
  const there = have.filter(({ state }) => state === 'waiting' || state === 'active');
  return all.filter(
    (key) => !there.some(({ stream, algorithm }) => stream === key.stream && algorithm === key.algorithm),
  );
}

function named({ domain, selector }: DkimKeyRow): { domain: string; selector: string } {
  return { domain, selector };
}
