// Erases again, in a folder that a backup was put back into, what was erased after the copy. No relay runs on it.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { addressHash, type ErasedAddresses, markOf } from '../../mail/erased-address.ts';
import { outboxRowsOfCopy } from '../../mail/queue/copy-operations.ts';
import { listDays } from '../../mail/trace/day-file.ts';
import { parseTraceQuery } from '../../mail/trace/trace-query.ts';
import { openTraceReader } from '../../mail/trace/trace-reader.ts';
import { openTraceWriter } from '../../mail/trace/trace-writer.ts';
import { createLog } from '../../platform/log.ts';
import { createSecretBox, readMasterKey } from '../../platform/secret-box.ts';
import { openControlDatabase } from '../database/control-database.ts';
import type { Erasure } from '../privacy/erasure-ledger.ts';
import { PRIVACY_PURPOSE, readPrivacyKey } from '../privacy/keys.ts';
import { eraseByHash, eraseTexts } from '../privacy/places.ts';

const MESSAGES_A_STEP = 2000;
/** Messages of one address, the newest. */
const MOST_WATCHED = 100_000;

/** What was found and erased; `erased` serves for what is still to come in. */
export interface Replayed {
  messages: number;
  erased: ErasedAddresses;
}

/**
 * Brings the events that the copy of the queue has and the trace lacks into the trace, and carries the erasures out. Throws
 * where the key of their hashes is not in the copy.
 */
export async function replayErasures(
  into: string,
  erasures: readonly Erasure[],
  { now, progress }: { now: () => number; progress: (step: string, octets: number) => void },
): Promise<Replayed> {
  const database = openControlDatabase(join(into, 'control.db'));
  try {
    const key = readPrivacyKey(database, createSecretBox(mastersIn(into), PRIVACY_PURPOSE));
    if (key === undefined && erasures.length > 0) throw new Error('the copy has no key of erasures');
    const erased: ErasedAddresses = { key: key ?? new Uint8Array(), hashes: hashesOf(erasures) };
    if (erasures.length === 0) return { messages: 0, erased };
    progress('erase again', 0);
    const messages = eraseTrace(into, erased, now);
    eraseControl(database.raw, erasures, erased);
    watchErased(database.raw, join(into, 'trace'), { erasures, now });
    eraseKnown(join(into, 'recipients.db'), erased);
    return { messages, erased };
  } finally {
    await database.close();
  }
}

function mastersIn(into: string): Uint8Array[] {
  const previous = readdirSync(into).filter((name) => name.startsWith('previous-master-'));
  return ['master.key', ...previous.sort()].map((name) => readMasterKey(join(into, name)));
}

function hashesOf(erasures: readonly Erasure[]): Map<string, Set<string>> {
  const hashes = new Map<string, Set<string>>();
  for (const { customer, hash } of erasures) hashes.set(customer, (hashes.get(customer) ?? new Set()).add(hash));
  return hashes;
}

function eraseTrace(into: string, erased: ErasedAddresses, now: () => number): number {
  const folder = join(into, 'trace');
  const log = createLog({ level: 'error', thread: 'restore' });
  const clock = { now, monotonic: () => performance.now() };
  const writer = openTraceWriter({ folder, clock, log, onSetAside: () => {} });
  let messages = 0;
  try {
    writer.write(outboxRowsOfCopy(join(into, 'queue.db')), []);
    for (const day of listDays(folder)) {
      for (let after: number | undefined = 0; after !== undefined; ) {
        const step = writer.erase(day, { erased, find: { kind: 'all' }, after, limit: MESSAGES_A_STEP });
        messages += step.changed;
        after = step.next;
      }
    }
  } finally {
    writer.close();
  }
  return messages;
}

/**
 * Messages of erased addresses: what is told of them later is erased too, of those in the restored queue and of those that a
 * bounce by mail may still come for. The first look at them leaves out what is too old.
 */
function watchErased(
  raw: DatabaseSync,
  folder: string,
  { erasures, now }: { erasures: readonly Erasure[]; now: () => number },
): void {
  const reader = openTraceReader(folder);
  const watch = raw.prepare('insert into privacy_waiting (request, message) values (?, ?) on conflict do nothing');
  try {
    for (const { hash, request } of erasures) {
      const parsed = parseTraceQuery(`"${markOf(hash)}"`, now());
      if (parsed.kind === 'fault') throw new Error(parsed.fault.message);
      const ids = reader.search(parsed.query, { limit: MOST_WATCHED }).entries.flatMap(({ id }) => id ?? []);
      for (const id of ids) watch.run(request, id);
    }
  } finally {
    reader.close();
  }
}

function eraseControl(raw: DatabaseSync, erasures: readonly Erasure[], erased: ErasedAddresses): void {
  const lifted = hashesOf(erasures.filter(({ suppression }) => suppression === 'erase'));
  raw.exec('begin immediate');
  eraseByHash(raw, erased, { ...erased, hashes: lifted });
  for (const customer of erased.hashes.keys()) eraseTexts(raw, customer, erased);
  // A later copy is made of this store: the ledger has to name them all.
  const known = raw.prepare('select 1 from privacy_erasure where request = ? and hash = ?');
  const add = raw.prepare(
    'insert into privacy_erasure (hash, customer, at, request, suppression) values (?, ?, ?, ?, ?)',
  );
  for (const { hash, customer, at, request, suppression } of erasures) {
    if (known.get(request, hash) === undefined) add.run(hash, customer, at, request, suppression);
  }
  raw.exec('commit; pragma wal_checkpoint(truncate)');
}

/** Keys are the customer, its mail hosts and the address, with blanks between. */
function eraseKnown(path: string, erased: ErasedAddresses): void {
  if (!existsSync(path)) return;
  const database = new DatabaseSync(path);
  try {
    database.exec('pragma secure_delete = on');
    const remove = database.prepare('delete from recipient where key = ?');
    for (const row of database.prepare('select key from recipient').all()) {
      const stored = String(row['key']);
      const customer = stored.slice(0, stored.indexOf(' '));
      const address = stored.slice(stored.lastIndexOf(' ') + 1);
      const hashes = erased.hashes.get(customer);
      if (hashes?.has(addressHash(erased.key, customer, address)) === true) remove.run(stored);
    }
  } finally {
    database.close();
  }
}
