// Lists of senders as they are kept: entries come and go, and are never changed. The mail path gets each as a fact of its
// own.

import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { CustomerId, Direction } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { Change } from '../changes.ts';
import type { Step } from '../customers/step.ts';
import type { ControlTables } from '../database/tables.ts';
import { senderChange } from './facts.ts';
import type { ProtectionParts } from './protection.ts';
import type { Asker } from './rules.ts';
import type { ProtectionSenderRow } from './tables.ts';

export interface SenderQuery {
  /** Empty: the operator's; absent: everybody's. */
  customer?: CustomerId | '';
  direction?: Direction;
  list?: 'allow' | 'block';
  /** Exactly this name. */
  sender?: string;
  after?: string;
  limit: number;
}

/** Somebody to be listed. */
export interface NewSender {
  /** Empty: the operator's. */
  customer: CustomerId | '';
  direction: Direction;
  list: 'allow' | 'block';
  /** An address in lower case, `@domain`, or `@.domain` for a domain and all below. */
  sender: string;
  /** Address in lower case; empty: for all recipients. Only of those who are allowed. */
  recipient: string;
  note: string;
  /** Milliseconds since 1970. */
  until?: number | undefined;
}

/** Entries that one customer, and the operator, may have. */
const MOST_ENTRIES = { customer: 10_000, operator: 50_000 };

export class Senders {
  readonly #parts: ProtectionParts;

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
  }

  /** In the order of their ids. */
  list({ customer, direction, list, sender, after, limit }: SenderQuery): Promise<ProtectionSenderRow[]> {
    let query = this.#parts.database.reads.selectFrom('protection_sender').selectAll().orderBy('id').limit(limit);
    if (customer !== undefined) query = query.where('customer', '=', customer);
    if (direction !== undefined) query = query.where('direction', '=', direction);
    if (list !== undefined) query = query.where('list', '=', list);
    if (sender !== undefined) query = query.where('sender', '=', sender);
    if (after !== undefined) query = query.where('id', '>', after);
    return query.execute();
  }

  /** Throws a 404 where there is none. */
  get(id: string): Promise<ProtectionSenderRow> {
    return senderOr404(this.#parts.database.reads, id);
  }

  /**
   * Lists a sender; one that is listed already for the same mail and recipient is replaced. Throws a 403 where a
   * customer's own people would let its outgoing spam pass.
   */
  async add({ by, side }: Asker, entry: NewSender): Promise<ProtectionSenderRow> {
    if (entry.customer !== '') await this.#parts.assertCustomer(entry.customer);
    if (side === 'customer' && entry.list === 'allow' && entry.direction === 'outbound') {
      throw problem('allowing-by-operator', {}, [fault('list', 'operators-for-outgoing')]);
    }
    return this.#parts.changes.make(by, (trx, now) => addSender(trx, by, { entry, now }));
  }

  async remove(by: Actor, id: string): Promise<ProtectionSenderRow> {
    return this.#parts.changes.make(by, async (trx): Promise<Change<ProtectionSenderRow>> => {
      const row = await senderOr404(trx, id);
      await trx.deleteFrom('protection_sender').where('id', '=', id).execute();
      return told(by, row, { action: 'deleted', before: auditedOf(row), after: null });
    });
  }
}

/** Adds an entry within a change that does more, such as the release of a message. */
export async function listSender(step: Step, entry: NewSender): Promise<ProtectionSenderRow> {
  const change = await addSender(step.trx, step.by, { entry, now: step.now });
  step.audit.push(...change.audit);
  step.directory.push(...(change.directory ?? []));
  step.events.push(...(change.events ?? []));
  return change.result;
}

async function addSender(
  trx: Transaction<ControlTables>,
  by: Actor,
  { entry, now }: { entry: NewSender; now: number },
): Promise<Change<ProtectionSenderRow>> {
  assertSense(entry, now);
  const { customer, direction, recipient, sender } = entry;
  const before = await trx
    .deleteFrom('protection_sender')
    .where('customer', '=', customer)
    .where('direction', '=', direction)
    .where('recipient', '=', recipient)
    .where('sender', '=', sender)
    .returningAll()
    .executeTakeFirst();
  await assertRoom(trx, customer);
  const row: ProtectionSenderRow = {
    ...entry,
    id: before?.id ?? `snd_${randomBytes(12).toString('hex')}`,
    made_at: now,
    made_by: by.who,
    until: entry.until ?? null,
  };
  await trx.insertInto('protection_sender').values(row).execute();
  const action = before === undefined ? 'created' : 'changed';
  return told(by, row, { action, before: auditedOf(before), after: auditedOf(row) });
}

function assertSense({ list, recipient, until }: NewSender, now: number): void {
  if (list === 'block' && recipient !== '') {
    throw problem('blocked-for-all', {}, [fault('recipient', 'for-allowed-only')]);
  }
  if (until !== undefined && until <= now) {
    throw problem('time-over', {}, [fault('until', 'in-future')]);
  }
}

async function assertRoom(trx: Transaction<ControlTables>, customer: string): Promise<void> {
  const { has } = await trx
    .selectFrom('protection_sender')
    .select((query) => query.fn.countAll<number>().as('has'))
    .where('customer', '=', customer)
    .executeTakeFirstOrThrow();
  const most = customer === '' ? MOST_ENTRIES.operator : MOST_ENTRIES.customer;
  if (has >= most) throw problem('too-many-senders', { most });
}

async function senderOr404(
  db: Pick<Transaction<ControlTables>, 'selectFrom'>,
  id: string,
): Promise<ProtectionSenderRow> {
  const row = await db.selectFrom('protection_sender').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw problem('no-such-entry');
  return row;
}

function told(
  by: Actor,
  row: ProtectionSenderRow,
  { action, before, after }: { action: 'created' | 'changed' | 'deleted'; before: unknown; after: unknown },
): Change<ProtectionSenderRow> {
  const about = row.customer === '' ? {} : { customer: row.customer };
  return {
    result: row,
    audit: [{ action, object: `sender ${row.id}`, ...about, before, after }],
    directory: [senderChange(row, action === 'deleted')],
    // The address is a person's: whoever may know it asks the API.
    events: [
      {
        type: 'protection.changed',
        ...about,
        data: { what: 'sender', sender: row.id, list: row.list, action, by: by.who },
      },
    ],
  };
}

function auditedOf(row: ProtectionSenderRow | undefined): unknown {
  if (row === undefined) return null;
  const { direction, list, sender, recipient, note, until } = row;
  return { direction, list, sender, recipient, note, until };
}
