// Carries out a request: an export reads every store, an erasure takes the address out of each. Queued mail is touched by
// neither.

import { addressHash, type ErasedAddresses } from '../../mail/erased-address.ts';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import type { StoreControl } from '../../mail/queue/operations.ts';
import { timeOfId } from '../../mail/queue/queue-id.ts';
import { eraseAddress, eraseMessages } from '../../mail/trace/operations.ts';
import type { TraceClient } from '../../mail/trace/trace-client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import type { Change, Changes } from '../changes.ts';
import { senderChange } from '../protection/facts.ts';
import type { ProtectionSenderRow } from '../protection/tables.ts';
import { exportErasure } from './erasure-ledger.ts';
import { type ExportParts, exportAddress } from './export-address.ts';
import { removeExports } from './exports.ts';
import { eraseRows, eraseTexts, formsOf } from './places.ts';
import { type Answer, type Requests, reasonWithout } from './requests.ts';
import type { PrivacyRequestRow } from './tables.ts';

export interface CarryOutParts extends ExportParts {
  changes: Changes;
  clock: Clock;
  config: () => Config;
  store: () => StoreControl;
  trace: () => TraceClient;
  /** `<data_dir>/trace`. */
  traceFolder: string;
  /** Forgets what mail hosts of the customer said of the address; answers how many entries went. */
  forgetRecipient: (customer: string, address: string) => number;
  /** Forgets what the address, as a sender of the customer, usually does; answers how many entries went. */
  forgetHabits: (customer: string, address: string) => number;
  /** Takes exports of searches that name the address; answers how many went. Called once the trace is erased. */
  forgetFiles: (customer: string, address: string) => Promise<number>;
  requests: Requests;
  key: () => Uint8Array;
}

/** The answer, and messages of which later events may come. */
export interface CarriedOut {
  answer: Answer;
  watched: readonly string[];
}

/** Does what was asked. Rejects where a store cannot be read or written; doing it again is right. */
export function carryOut(parts: CarryOutParts, request: PrivacyRequestRow): Promise<CarriedOut> {
  if (request.address === null) return Promise.resolve({ answer: { state: 'completed', found: {} }, watched: [] });
  const about = { ...request, address: request.address };
  return request.kind === 'export' ? exportOne(parts, about) : eraseOne(parts, about);
}

type Asked = PrivacyRequestRow & { address: string };

function named(key: Uint8Array, { customer, address }: Asked): ErasedAddresses {
  return { key, hashes: new Map([[customer, new Set([addressHash(key, customer, address)])]]) };
}

async function exportOne(parts: CarryOutParts, asked: Asked): Promise<CarriedOut> {
  const customer = asked.customer as CustomerId;
  const about = { request: asked.id, customer, address: asked.address, named: named(parts.key(), asked) };
  const found = await exportAddress(parts, about);
  const expiresAt = parts.clock.now() + parts.config().retention.exports;
  return { answer: { state: 'completed', found, expiresAt }, watched: [] };
}

/**
 * - the ledger first: what comes after may be interrupted, and is done again;
 * - the trace, with its search;
 * - the control store, the known recipients, results of exports.
 */
async function eraseOne(parts: CarryOutParts, asked: Asked): Promise<CarriedOut> {
  const customer = asked.customer as CustomerId;
  const erased = named(parts.key(), asked);
  await noteErasure(parts, asked);
  const now = parts.clock.now();
  const watchedSince = now - parts.config().bounces.valid_for;
  const about = { customer, address: asked.address, erased, now, watchedSince };
  const traced = await eraseAddress({ ...parts, folder: parts.traceFolder }, about);
  // Files before the rows that name them.
  const searches = await parts.forgetFiles(asked.customer, asked.address);
  const found: Record<string, number> = { ...(await eraseControl(parts, asked, erased)) };
  if (searches > 0) found['exports of searches'] = searches;
  if (traced.messages > 0) found['messages'] = traced.messages;
  const known = parts.forgetRecipient(asked.customer, asked.address);
  if (known > 0) found['known recipient'] = known;
  const habits = parts.forgetHabits(asked.customer, asked.address);
  if (habits > 0) found['habits of a sender'] = habits;
  const exports = await removeExports(parts, asked);
  if (exports > 0) found['results of exports'] = exports;
  const state = traced.open.length === 0 ? 'completed' : 'waiting';
  return { answer: { state, found }, watched: [...new Set([...traced.open, ...traced.watched])] };
}

async function noteErasure(parts: CarryOutParts, asked: Asked): Promise<void> {
  const hash = addressHash(parts.key(), asked.customer, asked.address);
  await parts.requests.ledger(asked, hash);
  const { folder } = parts.config().backup;
  if (folder === undefined) return;
  const { customer, id: request, suppression } = asked;
  exportErasure(folder, { hash, customer, at: parts.clock.now(), request, suppression });
}

/** Rows of the control store, in one change; their octets leave its log once the request is answered (`emptyLog`). */
async function eraseControl(
  parts: CarryOutParts,
  asked: Asked,
  erased: ErasedAddresses,
): Promise<Record<string, number>> {
  const { raw } = parts.database;
  const { customer, address } = asked;
  const by: Actor = { who: asked.who };
  const gone = await parts.changes.make(by, async (trx) => {
    const found = eraseRows(raw, customer, address);
    Object.assign(found, eraseTexts(raw, customer, erased));
    await trx
      .updateTable('privacy_request')
      .set({ reason: reasonWithout(asked, erased.key) })
      .where('id', '=', asked.id)
      .execute();
    if (asked.suppression === 'keep') return { result: found, audit: [] };
    const forms = formsOf(address);
    const listed = await trx
      .deleteFrom('protection_sender')
      .where('customer', '=', customer)
      .where((where) => where.or([where('sender', 'in', forms), where('recipient', 'in', forms)]))
      .returningAll()
      .execute();
    if (listed.length > 0) found['listed sender'] = listed.length;
    const lifted = trx.deleteFrom('suppression').where('customer', '=', customer).where('address', 'in', forms);
    const { numDeletedRows } = await lifted.executeTakeFirst();
    if (numDeletedRows > 0n) found['suppression'] = Number(numDeletedRows);
    return toldOfLists(asked, { found, listed, lifted: numDeletedRows > 0n });
  });
  return gone;
}

/** What the mail path, the audit and webhooks hear of an address that went from lists of ours; its mark stands for it. */
function toldOfLists(
  { customer, mark, address }: Asked,
  { found, listed, lifted }: { found: Record<string, number>; listed: ProtectionSenderRow[]; lifted: boolean },
): Change<Record<string, number>> {
  const erasedObject = (object: string) => ({ action: 'erased', object, customer, before: null, after: null });
  return {
    result: found,
    audit: [
      ...listed.map(({ id }) => erasedObject(`sender ${id}`)),
      ...(lifted ? [erasedObject(`suppression ${customer} ${mark}`)] : []),
    ],
    directory: [
      ...listed.map((row) => senderChange(row, true)),
      ...(lifted ? formsOf(address) : []).map((form) => ({
        kind: 'suppression' as const,
        customer: customer as CustomerId,
        address: form,
        fact: null,
      })),
    ],
    events: lifted ? [{ type: 'suppression.deleted', customer, data: { address: mark } }] : [],
  };
}

/** Looks again at messages that were young, or in the queue, when their address was erased. */
export async function eraseWatched(parts: CarryOutParts): Promise<{ messages: number }> {
  const result = { messages: 0 };
  const key = parts.key();
  const lateUntil = parts.clock.now() - parts.config().bounces.valid_for;
  for (const { request, hash, customer, messages } of await parts.requests.waiting()) {
    const erased: ErasedAddresses = { key, hashes: new Map([[customer, new Set([hash])]]) };
    const ids = messages as QueueId[];
    const queued = new Set(await stillQueued(parts, ids));
    result.messages += (await eraseMessages({ ...parts, folder: parts.traceFolder }, ids, erased)).messages;
    const over = ids.filter((id) => !queued.has(id) && timeOfId(id) < lateUntil);
    await parts.requests.waited(request, { over, final: queued.size === 0 }, RELAY_ACTOR);
  }
  return result;
}

/** Asked before the trace is looked at: a message that ends in between is looked at once more. */
async function stillQueued({ reader }: CarryOutParts, ids: readonly QueueId[]): Promise<string[]> {
  const still: string[] = [];
  for (const id of ids) {
    const answer = await reader.queueShow(id);
    // What cannot be read counts as queued: it is looked at again.
    if (answer.kind !== 'ok' || answer.value !== undefined) still.push(id);
  }
  return still;
}
