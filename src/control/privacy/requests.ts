// Requests of customers about an address: opened, carried out one after the other, told of when they are answered.

import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { addressHash, eraseInText, markOf } from '../../mail/erased-address.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import type { Change, Changes } from '../changes.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import type { ControlTables } from '../database/tables.ts';
import type { PrivacyRequestRow, RequestKind, RequestState } from './tables.ts';

export interface NewRequest {
  customer: CustomerId;
  kind: RequestKind;
  /** As `readSuppressedAddress` gives it. */
  address: string;
  reason: string;
  suppression: 'keep' | 'erase';
  /** Who is told when it is answered, and in which language. */
  tell?: { address: string; language: string };
}

export interface RequestPage {
  customer?: CustomerId;
  limit: number;
  /** Those asked before this one; the list begins with the newest. */
  after?: readonly [number, string];
}

/** What became of a request. */
export type Answer =
  | { state: 'completed'; found: Record<string, number>; expiresAt?: number }
  | { state: 'waiting'; found: Record<string, number> }
  | { state: 'failed'; fault: string };

export interface Requests {
  /** Opens a request; answers it as it stands. */
  open(by: Actor, request: NewRequest): Promise<PrivacyRequestRow>;
  get(id: string): Promise<PrivacyRequestRow | undefined>;
  /** One more than `limit`, the newest first. */
  list(page: RequestPage): Promise<PrivacyRequestRow[]>;
  /** The oldest that nobody has begun, or that a stop interrupted. */
  next(): Promise<PrivacyRequestRow | undefined>;
  /** Marks it as begun. */
  begin(id: string): Promise<void>;
  /** Keeps an erasure in the ledger: before anything is erased, so that a copy made meanwhile is no way round it. */
  ledger(request: PrivacyRequestRow, hash: string): Promise<void>;
  /** `watched`: messages whose later events name the address again. */
  answer(request: PrivacyRequestRow, answer: Answer, more: { by: Actor; watched?: readonly string[] }): Promise<void>;
  /** Messages that are to be looked at again. */
  waiting(): Promise<{ request: string; messages: string[]; hash: string; customer: string }[]>;
  /** These messages need no more looks; `final`: none of the others is in the queue any more. */
  waited(request: string, looked: { over: readonly string[]; final: boolean }, by: Actor): Promise<void>;
}

export interface RequestsOptions {
  database: ControlDatabase;
  changes: Changes;
  /** The key of hashes and marks. */
  key: () => Uint8Array;
}

/** Opens the requests. */
export function openRequests({ database: { db }, changes, key }: RequestsOptions): Requests {
  return {
    open: (by, request) => changes.make(by, (trx, now) => insertRequest(trx, { request, by, now, key: key() })),
    get: (id) => db.selectFrom('privacy_request').selectAll().where('id', '=', id).executeTakeFirst(),
    list: ({ customer, limit, after }) => {
      let query = db.selectFrom('privacy_request').selectAll().orderBy('asked_at', 'desc').orderBy('id', 'desc');
      if (customer !== undefined) query = query.where('customer', '=', customer);
      if (after !== undefined) {
        query = query.where((where) =>
          where.eb(where.refTuple('asked_at', 'id'), '<', where.tuple(after[0], after[1])),
        );
      }
      return query.limit(limit + 1).execute();
    },
    next: () =>
      db
        .selectFrom('privacy_request')
        .selectAll()
        .where('state', 'in', ['open', 'running'])
        .where('state', 'not in', ['completed', 'failed'])
        .orderBy('asked_at')
        .limit(1)
        .executeTakeFirst(),
    begin: async (id) => {
      await db.updateTable('privacy_request').set({ state: 'running' }).where('id', '=', id).execute();
    },
    ledger: ({ id, customer, suppression }, hash) =>
      changes.make({ who: 'easymail' }, async (trx, at) => {
        const known = await trx
          .selectFrom('privacy_erasure')
          .select('seq')
          .where('request', '=', id)
          .executeTakeFirst();
        if (known === undefined) {
          await trx.insertInto('privacy_erasure').values({ hash, customer, at, request: id, suppression }).execute();
        }
        return { result: undefined, audit: [] };
      }),
    answer: (request, answer, { by, watched = [] }) =>
      changes.make(by, (trx, now) => writeAnswer(trx, request, { answer, watched, now })),
    waiting: async () => {
      const rows = await db
        .selectFrom('privacy_waiting as w')
        .innerJoin('privacy_erasure as e', 'e.request', 'w.request')
        .select(['w.request', 'w.message', 'e.hash', 'e.customer'])
        .execute();
      return [...Map.groupBy(rows, (row) => row.request)].flatMap(([request, some]) => {
        const [first] = some;
        if (first === undefined) return [];
        return [{ request, hash: first.hash, customer: first.customer, messages: some.map(({ message }) => message) }];
      });
    },
    waited: (request, looked, by) => changes.make(by, (trx, now) => endWaiting(trx, { request, ...looked, now })),
  };
}

async function insertRequest(
  trx: Transaction<ControlTables>,
  { request, by, now, key }: { request: NewRequest; by: Actor; now: number; key: Uint8Array },
): Promise<Change<PrivacyRequestRow>> {
  const { customer, kind, address, reason, suppression, tell } = request;
  const row: PrivacyRequestRow = {
    id: `prq_${randomBytes(12).toString('hex')}`,
    customer,
    kind,
    address,
    mark: markOf(addressHash(key, customer, address)),
    reason,
    suppression,
    tell: tell?.address ?? null,
    language: tell?.language ?? 'en',
    state: 'open',
    who: by.who,
    asked_at: now,
    completed_at: null,
    found: null,
    expires_at: null,
    fault: null,
  };
  await trx.insertInto('privacy_request').values(row).execute();
  const after = { kind, ...(kind === 'erasure' && { suppression }) };
  return {
    result: row,
    // Neither the address nor the reason: the audit cannot be erased.
    audit: [{ action: 'opened', object: `privacy request ${row.id}`, customer, before: null, after }],
    events: [{ type: 'privacy.request_opened', customer, data: { request: row.id, kind } }],
  };
}

async function writeAnswer(
  trx: Transaction<ControlTables>,
  request: PrivacyRequestRow,
  { answer, watched, now }: { answer: Answer; watched: readonly string[]; now: number },
): Promise<Change<void>> {
  const { id, customer, kind } = request;
  const found = answer.state === 'failed' ? null : JSON.stringify(answer.found);
  const erased = kind === 'erasure' && answer.state !== 'failed';
  await trx
    .updateTable('privacy_request')
    .set({
      state: answer.state,
      found,
      fault: answer.state === 'failed' ? answer.fault : null,
      completed_at: answer.state === 'waiting' ? null : now,
      expires_at: answer.state === 'completed' ? (answer.expiresAt ?? null) : null,
      ...(erased && { address: null }),
    })
    .where('id', '=', id)
    .execute();
  for (const message of watched) {
    const row = { request: id, message };
    await trx
      .insertInto('privacy_waiting')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return ended({ id, customer, kind, state: answer.state, ...(answer.state !== 'failed' && { found: answer.found }) });
}

function ended(about: {
  id: string;
  customer: string;
  kind: RequestKind;
  state: RequestState;
  found?: Record<string, number>;
}): Change<void> {
  const { id, customer, kind, state, found } = about;
  return {
    result: undefined,
    audit: [{ action: state, object: `privacy request ${id}`, customer, before: null, after: { kind, found } }],
    ...(state === 'completed' && {
      events: [{ type: 'privacy.completed', customer, data: { request: id, kind, found } }],
    }),
  };
}

async function endWaiting(
  trx: Transaction<ControlTables>,
  { request, over, final, now }: { request: string; over: readonly string[]; final: boolean; now: number },
): Promise<Change<void>> {
  for (const message of over) {
    await trx.deleteFrom('privacy_waiting').where('request', '=', request).where('message', '=', message).execute();
  }
  const row = await trx.selectFrom('privacy_request').selectAll().where('id', '=', request).executeTakeFirst();
  if (!final || row?.state !== 'waiting') return { result: undefined, audit: [] };
  const done = { state: 'completed', completed_at: now } as const;
  await trx.updateTable('privacy_request').set(done).where('id', '=', request).execute();
  return ended({ id: request, customer: row.customer, kind: row.kind, state: 'completed' });
}

/** A reason without the address that it may name. */
export function reasonWithout(row: PrivacyRequestRow, key: Uint8Array): string {
  const hash = row.address === null ? '' : addressHash(key, row.customer, row.address);
  return eraseInText(row.reason, row.customer, { key, hashes: new Map([[row.customer, new Set([hash])]]) });
}
