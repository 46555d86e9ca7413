// The table of DKIM keys, and what the directory is told of it.

import type { Transaction } from 'kysely';
import type { DirectoryChange, DomainFact, DomainSigning } from '../../mail/authorise/directory.ts';
import { keyRecordText, recordName, zoneLine } from '../../protocol/dkim/key-record.ts';
import { type Reason, wordsOf } from '../api/reasons.ts';
import { domainFact, domainRow } from '../database/facts.ts';
import type { ControlTables, DkimKeyRow } from '../database/tables.ts';

/** A key for people: everything but the private half. */
export interface DkimKeyView {
  domain: string;
  selector: string;
  stream: string;
  algorithm: DkimKeyRow['algorithm'];
  state: DkimKeyRow['state'];
  /** Name and text of the record to publish, and both as a line of a zone file. */
  record: { name: string; text: string; zone_line: string };
  made_at: string;
  active_at: string | null;
  /** Of a retiring key: until then the record has to stay. */
  keep_record_until: string | null;
  checked_at: string | null;
  /** What was wrong with the published record at the last look; nothing where it is right, or was not looked at yet. */
  fault: string | null;
  /** Which sentence that is. */
  words?: Record<string, Reason>;
}

export type NewDkimKey = Omit<DkimKeyRow, 'id'>;

export function keyView(row: DkimKeyRow): DkimKeyView {
  const name = recordName(row.selector, row.domain);
  const text = keyRecordText(row.algorithm, row.public_key);
  return {
    domain: row.domain,
    selector: row.selector,
    stream: row.stream,
    algorithm: row.algorithm,
    state: row.state,
    record: { name, text, zone_line: zoneLine(name, text) },
    made_at: iso(row.made_at) ?? '',
    active_at: iso(row.active_at),
    keep_record_until: iso(row.until),
    checked_at: iso(row.checked_at),
    fault: row.fault,
    ...wordsOf({ fault: row.fault }),
  };
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** Whose secret a sealed key is: opened for no other. */
export function sealedFor(key: { domain: string; selector: string }): string {
  return recordName(key.selector, key.domain);
}

/** The keys of a domain, oldest first. */
export function keysOfDomain(trx: Transaction<ControlTables>, domain: string): Promise<DkimKeyRow[]> {
  return trx.selectFrom('dkim_key').selectAll().where('domain', '=', domain).orderBy('id').execute();
}

const NOTHING_WANTED: DomainSigning = { make: [], streams: [], published: false, keys: [] };

/** Brings the domain's fact to what its keys are; the change is what the directory is to be told. */
export async function tellKeys(trx: Transaction<ControlTables>, domain: string): Promise<DirectoryChange[]> {
  const row = await trx.selectFrom('domain').selectAll().where('name', '=', domain).executeTakeFirst();
  if (row === undefined) return [];
  const before = domainFact(row);
  const active = (await keysOfDomain(trx, domain)).filter(({ state }) => state === 'active');
  const keys = active.map(({ id, selector, algorithm, stream }) => ({ id, selector, algorithm, stream }));
  const fact: DomainFact = { ...before, dkim: { ...(before.dkim ?? NOTHING_WANTED), keys } };
  const { dkim } = domainRow(fact);
  await trx.updateTable('domain').set({ dkim }).where('name', '=', domain).execute();
  return dkim === row.dkim ? [] : [{ kind: 'domain', name: domain, fact }];
}

/** A key begins to sign; those that it takes over from keep their records for the overlap. */
export async function activate(
  trx: Transaction<ControlTables>,
  key: DkimKeyRow,
  { now, overlapMs }: { now: number; overlapMs: number },
): Promise<DkimKeyRow[]> {
  const older = (await keysOfDomain(trx, key.domain)).filter(
    (one) => one.state === 'active' && one.stream === key.stream && one.algorithm === key.algorithm,
  );
  await retire(trx, older, now + overlapMs);
  await trx.updateTable('dkim_key').set({ state: 'active', active_at: now }).where('id', '=', key.id).execute();
  return older;
}

/** The keys sign no more; their records have to stay until then. */
export async function retire(
  trx: Transaction<ControlTables>,
  keys: readonly { id: number }[],
  until: number,
): Promise<void> {
  const ids = keys.map(({ id }) => id);
  if (ids.length === 0) return;
  await trx.updateTable('dkim_key').set({ state: 'retiring', until, check_at: null }).where('id', 'in', ids).execute();
}
