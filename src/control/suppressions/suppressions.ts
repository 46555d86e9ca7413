// Addresses that a customer's mail is not sent to: kept here with their reason and evidence, told to all threads.

import type { Kysely } from 'kysely';
import type { DirectoryChange, SuppressionReason } from '../../mail/authorise/directory.ts';
import type { SuppressionRequest } from '../../mail/authorise/suppression.ts';
import type { CustomerId } from '../../mail/message.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import type { Actor } from '../actor.ts';
import { type AuditedChange, recordAudit } from '../audit/audit.ts';
import { suppressionFact } from '../database/facts.ts';
import type { ControlTables, SuppressionRow } from '../database/tables.ts';
import { type ControlEvent, recordEvents } from '../events/control-events.ts';

/** What a list shows: all that is given must fit. */
export interface SuppressionQuery {
  customer?: CustomerId;
  reason?: SuppressionReason;
  /** The beginning of an address, or `@` and a domain; lower case. */
  address?: string;
  /** Entries behind this one. */
  after?: { customer: string; address: string };
  limit: number;
}

export interface NewSuppression {
  customer: CustomerId;
  /** As `readSuppressedAddress` gives it. */
  address: string;
  reason: SuppressionReason;
  evidence: string;
}

export interface Suppressions {
  /** In the order of customer and address. */
  list(query: SuppressionQuery): Promise<SuppressionRow[]>;
  get(customer: CustomerId, address: string): Promise<SuppressionRow | undefined>;
  /** Adds those that are not there yet; answers how many were added. */
  add(entries: readonly NewSuppression[], by: Actor): Promise<number>;
  /** Takes one away and lets held mail go on. False: there was none; held mail goes on even so. */
  remove(customer: CustomerId, address: string, by: Actor): Promise<boolean>;
  /** What a relay thread learned; written with others that come at the same time. */
  learn(request: SuppressionRequest): void;
}

export interface SuppressionsOptions {
  db: Kysely<ControlTables>;
  now: () => number;
  /** One change of the control database after the other. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Tells all threads, once the change is on disk. */
  publish: (changes: DirectoryChange[]) => Promise<void>;
  /** Lets mail go on that was held because of the address. */
  release: (customer: CustomerId, address: string, by: string) => Promise<void>;
  /** Told after events were written. */
  eventsWritten: () => void;
  /** What was learned could not be written. The mail itself is not concerned. */
  failed: (err: unknown) => void;
}

/** Who an automatic entry is by, in lists and audit. */
const RELAY: Actor = { who: 'relay' };
/** Rows a statement; SQLite takes 32,766 values. */
const ROWS = 500;

/** Opens the list. */
export function createSuppressions(options: SuppressionsOptions): Suppressions {
  return new SuppressionList(options);
}

class SuppressionList implements Suppressions {
  readonly #options: SuppressionsOptions;
  #learned: SuppressionRequest[] = [];

  constructor(options: SuppressionsOptions) {
    this.#options = options;
  }

  list({ customer, reason, address, after, limit }: SuppressionQuery): Promise<SuppressionRow[]> {
    let query = this.#options.db
      .selectFrom('suppression')
      .selectAll()
      .orderBy('customer')
      .orderBy('address')
      .limit(limit);
    if (customer !== undefined) query = query.where('customer', '=', customer);
    if (reason !== undefined) query = query.where('reason', '=', reason);
    if (address?.startsWith('@') === true) query = query.where('domain', '=', address.slice(1));
    // A range instead of a pattern: the index finds it among a million.
    else if (address !== undefined)
      query = query.where('address', '>=', address).where('address', '<', `${address}\u{10ffff}`);
    if (after !== undefined) {
      query = query.where((where) =>
        where.eb(where.refTuple('customer', 'address'), '>', where.tuple(after.customer, after.address)),
      );
    }
    return query.execute();
  }

  get(customer: CustomerId, address: string): Promise<SuppressionRow | undefined> {
    return this.#options.db
      .selectFrom('suppression')
      .selectAll()
      .where('customer', '=', customer)
      .where('address', '=', address)
      .executeTakeFirst();
  }

  add(entries: readonly NewSuppression[], by: Actor): Promise<number> {
    const at = this.#options.now();
    return this.#options.inTurn(() =>
      this.#write(
        entries.map((entry) => ({ ...entry, at })),
        by,
      ),
    );
  }

  remove(customer: CustomerId, address: string, by: Actor): Promise<boolean> {
    return this.#options.inTurn(async () => {
      const before = await this.get(customer, address);
      if (before !== undefined) {
        await this.#options.db.transaction().execute(async (trx) => {
          await trx.deleteFrom('suppression').where('customer', '=', customer).where('address', '=', address).execute();
          await recordAudit(trx, [change(before, 'deleted')], { ...by, now: this.#options.now() });
          const event = { type: 'suppression.deleted', customer, data: { address, by: by.who } } as const;
          await recordEvents(trx, [event], this.#options.now());
        });
        this.#options.eventsWritten();
        await this.#options.publish([{ kind: 'suppression', customer, address, fact: null }]);
      }
      // Also where there was none: a crash may have come between the two last time.
      await this.#options.release(customer, address, by.who);
      return before !== undefined;
    });
  }

  learn(request: SuppressionRequest): void {
    this.#learned.push(request);
    if (this.#learned.length > 1) return; // the turn that was asked for takes all
    this.#options
      .inTurn(async () => {
        const entries = this.#learned;
        this.#learned = [];
        await this.#write(entries, RELAY);
      })
      .catch((err: unknown) => this.#options.failed(err));
  }

  async #write(entries: readonly (NewSuppression & { at: number })[], by: Actor): Promise<number> {
    const rows = entries.map((entry) => ({ ...entry, domain: domainOf(entry.address), by: by.who }));
    const added: SuppressionRow[] = [];
    await this.#options.db.transaction().execute(async (trx) => {
      for (let at = 0; at < rows.length; at += ROWS) {
        const chunk = rows.slice(at, at + ROWS);
        const insert = trx.insertInto('suppression').values(chunk);
        added.push(
          ...(await insert
            .onConflict((conflict) => conflict.doNothing())
            .returningAll()
            .execute()),
        );
      }
      const changes = added.map((row) => change(row, 'created'));
      await recordAudit(trx, changes, { ...by, now: this.#options.now() });
      await recordEvents(trx, added.map(additionEvent), this.#options.now());
    });
    if (added.length > 0) this.#options.eventsWritten();
    if (added.length > 0) await this.#options.publish(added.map(addition));
    return added.length;
  }
}

function additionEvent({ customer, address, reason, by }: SuppressionRow): ControlEvent {
  return { type: 'suppression.created', customer, data: { address, reason, by } };
}

function addition(row: SuppressionRow): DirectoryChange {
  const fact = suppressionFact(row);
  return { kind: 'suppression', customer: fact.customer, address: fact.address, fact };
}

function change(row: SuppressionRow, action: 'created' | 'deleted'): AuditedChange {
  const { customer, address, ...rest } = row;
  const [before, after] = action === 'created' ? [null, rest] : [rest, null];
  return { action, object: `suppression ${customer} ${address}`, customer, before, after };
}
