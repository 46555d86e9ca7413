// What the control plane can do to the trace besides reading it: take addresses out, drop, copy.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { addressHash, type ErasedAddresses, markOf } from '../erased-address.ts';
import type { CustomerId, QueueId } from '../message.ts';
import type { StoreControl } from '../queue/operations.ts';
import { dayOfId } from '../queue/queue-id.ts';
import type { CopyDayTask } from './copy-thread.ts';
import { boundsOfDay, dayPath, listDays } from './day-file.ts';
import type { EraseStep } from './erase-in-day.ts';
import { type QueryFault } from './query-faults.ts';
import type { TraceClient } from './trace-client.ts';
import { parseTraceQuery } from './trace-query.ts';
import { normal } from './trace-words.ts';

/** Messages rewritten before the trace thread writes again what came meanwhile. */
const MESSAGES_A_STEP = 50;
/** Messages looked at in a step where each is looked at. */
const LOOKED_A_STEP = 500;
/** Between two steps, so that mail's events come first. */
const BREATH_MS = 5;

export interface TraceParts {
  /** Folder of the days. */
  folder: string;
  /** The way to the trace thread as it is now. */
  trace: () => TraceClient;
}

/** What an erasure found. */
export interface TraceErasure {
  /** Messages and refusals in which something was replaced. */
  messages: number;
  /** Those that are not final yet: later events of them name the address again. */
  open: QueueId[];
  /** Those that are final, but young enough for a note that comes late. */
  watched: QueueId[];
}

/**
 * Takes an address out of all that the trace holds of a customer, up to what the queue has committed when it is called.
 * Queued mail is not touched.
 */
export async function eraseAddress(
  parts: TraceParts & { store: () => StoreControl },
  about: { customer: CustomerId; address: string; erased: ErasedAddresses; now: number; watchedSince: number },
): Promise<TraceErasure> {
  await upToDate(parts);
  const { erased, watchedSince } = about;
  const find = { kind: 'match', match: matchOf(about) } as const;
  const result: TraceErasure = { messages: 0, open: [], watched: [] };
  for (const day of listDays(parts.folder)) {
    await eraseDay(parts, day, { erased, find, limit: MESSAGES_A_STEP, watchedSince }, result);
  }
  return result;
}

/** Takes addresses out of messages that were still in the queue when the address was erased. */
export async function eraseMessages(
  parts: TraceParts & { store: () => StoreControl },
  ids: readonly QueueId[],
  erased: ErasedAddresses,
): Promise<TraceErasure> {
  const result: TraceErasure = { messages: 0, open: [], watched: [] };
  await upToDate(parts);
  for (const [day, some] of Map.groupBy(ids, dayOfId)) {
    await eraseDay(parts, day, { erased, find: { kind: 'ids', ids: some }, limit: LOOKED_A_STEP }, result);
  }
  return result;
}

/** Waits until the trace has all that the queue has committed. */
async function upToDate({ store, trace }: Pick<TraceParts, 'trace'> & { store: () => StoreControl }): Promise<void> {
  const { seq } = await store().counts();
  await trace().totals({ seq });
}

async function eraseDay(
  { trace }: TraceParts,
  day: string,
  step: Omit<EraseStep, 'after'>,
  result: TraceErasure,
): Promise<void> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const done = await trace().erase(day, { ...step, after });
    result.messages += done.changed;
    result.open.push(...done.open);
    result.watched.push(...done.watched);
    after = done.next;
    if (after !== undefined) await sleep(BREATH_MS);
  }
}

/** The query that finds all of a customer that is about an address: who sent or got it, and texts that name it. */
export function addressQuery(customer: string, address: string): string {
  // As words are stored: a quotation mark of a local part would end the term.
  return `customer:"${customer}" "${normal(address)}"`;
}

/** The same for the index; by its mark is found what an erasure that was interrupted has changed already. */
function matchOf(about: { customer: CustomerId; address: string; erased: ErasedAddresses; now: number }): string {
  const { customer, address, erased, now } = about;
  const matches = [address, markOf(addressHash(erased.key, customer, address))].map((one) => {
    const parsed = parseTraceQuery(addressQuery(customer, one), now);
    if (parsed.kind === 'fault') throw new Error(`an address cannot be looked for: ${parsed.fault.message}`);
    return `(${parsed.query.match.join(' AND ')})`;
  });
  return matches.join(' OR ');
}

/**
 * Writes days anew that are too large to be cleaned at once after an erasure: SQLite leaves octets of what was there.
 * Today's waits until its day is over. Answers the days that were cleaned.
 */
export async function cleanDays(parts: TraceParts, today: string): Promise<string[]> {
  const cleaned: string[] = [];
  for (const day of listDays(parts.folder)) {
    if (day >= today || !isUnclean(parts.folder, day)) continue;
    const to = join(parts.folder, `${day}.db.clean`);
    rmSync(to, { force: true });
    const fingerprint = await copyApart({ role: 'copy-day', folder: parts.folder, day, to });
    // What came meanwhile makes the copy an old one: it is made again next time.
    if (await parts.trace().replace(day, fingerprint)) cleaned.push(day);
  }
  return cleaned;
}

function isUnclean(folder: string, day: string): boolean {
  const db = new DatabaseSync(dayPath(folder, day), { readOnly: true });
  try {
    return db.prepare("SELECT 1 FROM about WHERE name = 'unclean'").get() !== undefined;
  } finally {
    db.close();
  }
}

function copyApart(task: CopyDayTask): Promise<string> {
  const worker = new Worker(new URL('./copy-thread.ts', import.meta.url), { workerData: task });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the day was not copied (${code})`)));
  });
}

/** From when on a query looks, milliseconds since 1970; or what is wrong with it. Days that there are begin no earlier. */
export function beginOfQuery(
  folder: string,
  query: string,
  now: number,
): { kind: 'begin'; at: number } | { kind: 'fault'; fault: QueryFault } {
  const parsed = parseTraceQuery(query, now);
  if (parsed.kind === 'fault') return parsed;
  const [first] = listDays(folder);
  const oldest = first === undefined ? now : boundsOfDay(first).begin;
  return { kind: 'begin', at: Math.max(oldest, parsed.query.since ?? 0) };
}
