// The rows of what is looked at: brought to what customers have, written when they were looked at.

import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { ControlTables } from '../database/tables.ts';
import type { Finding } from './finding.ts';
import { KINDS_OF } from './kinds.ts';
import { type SubjectName, subjectsOf } from './subjects.ts';
import type { CheckKind, CheckResultRow, CheckState } from './tables.ts';

type Trx = Transaction<ControlTables>;

/** 128 bits: nobody guesses another's. */
const TOKEN_OCTETS = 16;

/** SQLite takes 32,766 values a statement. */
const ROWS = 500;

/** A random word for DNS. */
export function newToken(): string {
  return randomBytes(TOKEN_OCTETS).toString('hex');
}

/** Customers that changed since they were last read, some of them. */
export async function changedCustomers(db: Kysely<ControlTables>, limit: number): Promise<string[]> {
  const rows = await db.selectFrom('check_changed').select('customer').limit(limit).execute();
  return rows.map(({ customer }) => customer);
}

/** Within a change: what is looked at becomes what the customer has. New things are due at once. */
export async function refreshSubjects(trx: Trx, customer: string, now: number): Promise<void> {
  const wanted = await subjectsOf(trx, customer);
  const rows = await trx.selectFrom('check_subject').selectAll().where('customer', '=', customer).execute();
  const keyOf = ({ kind, object }: { kind: string; object: string }) => `${kind} ${object}`;
  const have = new Set(rows.map(keyOf));
  const keys = new Set(wanted.map(keyOf));
  const missing = wanted.filter((name) => !have.has(keyOf(name)));
  for (let at = 0; at < missing.length; at += ROWS) {
    const chunk = missing.slice(at, at + ROWS);
    const added = chunk.map((name) => ({ ...name, due: 0, made_at: now, looked_at: null, pace: 0 }));
    await trx.insertInto('check_subject').values(added).execute();
    await addTokens(trx, chunk, now);
  }
  for (const row of rows) if (!keys.has(keyOf(row))) await forgetSubject(trx, row);
  await trx.deleteFrom('check_changed').where('customer', '=', customer).execute();
}

async function addTokens(trx: Trx, names: readonly SubjectName[], now: number): Promise<void> {
  const tokens = names
    .filter(({ kind }) => kind === 'domain')
    .map(({ customer, object }) => ({ customer, domain: object, token: newToken(), made_at: now }))
    .map((row) => ({ ...row, seen_at: null, missing_since: null, missing_looks: 0, missing_ms: 0 }))
    .map((row) => ({ ...row, missing_at: null, warned_at: null }));
  if (tokens.length === 0) return;
  await trx
    .insertInto('domain_ownership')
    .values(tokens)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Within a change: nothing is kept of what a customer has no longer. */
export async function forgetSubject(trx: Trx, { customer, kind, object }: SubjectName): Promise<void> {
  await trx
    .deleteFrom('check_subject')
    .where('customer', '=', customer)
    .where('kind', '=', kind)
    .where('object', '=', object)
    .execute();
  const kinds = KINDS_OF[kind];
  await trx
    .deleteFrom('check_result')
    .where('customer', '=', customer)
    .where('kind', 'in', kinds)
    .where('object', '=', object)
    .execute();
  if (kind !== 'domain') return;
  await trx.deleteFrom('domain_ownership').where('customer', '=', customer).where('domain', '=', object).execute();
}

/** How looks follow one another. */
export interface Pace {
  firstRetryMs: number;
  intervalMs: number;
}

/** How long until the next look: soon where something changed, ever later while it stays red, hourly where it is green. */
export function nextPace(pace: number, { changed, red }: { changed: boolean; red: boolean }, limits: Pace): number {
  const { firstRetryMs, intervalMs } = limits;
  if (!red) return intervalMs;
  if (changed) return Math.min(firstRetryMs, intervalMs);
  return Math.min(Math.max(pace, firstRetryMs) * 2, intervalMs);
}

/** A check that was in one state and is in another. */
export interface Transition {
  kind: CheckKind;
  before: CheckState;
  after: CheckState;
}

/**
 * Within a change: writes what a look found; answers which states are other than before. A thing that is gone meanwhile is
 * not written.
 */
export async function writeFindings(
  trx: Trx,
  { name, findings, now }: { name: SubjectName; findings: readonly Finding[]; now: number },
  next: (about: { pace: number; changed: boolean; red: boolean }) => { pace: number; due: number },
): Promise<Transition[]> {
  const { customer, kind, object } = name;
  const subject = await trx
    .selectFrom('check_subject')
    .selectAll()
    .where('customer', '=', customer)
    .where('kind', '=', kind)
    .where('object', '=', object)
    .executeTakeFirst();
  if (subject === undefined) return [];
  const before = await trx
    .selectFrom('check_result')
    .selectAll()
    .where('customer', '=', customer)
    .where('kind', 'in', KINDS_OF[kind])
    .where('object', '=', object)
    .execute();
  let changed = false;
  const transitions: Transition[] = [];
  for (const finding of findings) {
    const old = before.find((row) => row.kind === finding.kind);
    if (old?.state !== finding.state) changed = true;
    if (old !== undefined && old.state !== finding.state) {
      transitions.push({ kind: finding.kind, before: old.state, after: finding.state });
    }
    if (old !== undefined && isSame(old, finding)) continue;
    const since = old !== undefined && old.state === finding.state ? old.since : now;
    await trx
      .replaceInto('check_result')
      .values({ customer, object, ...rowOf(finding), since })
      .execute();
  }
  const stale = before.filter((row) => !findings.some((finding) => finding.kind === row.kind)).map((row) => row.kind);
  if (stale.length > 0) {
    await trx
      .deleteFrom('check_result')
      .where('customer', '=', customer)
      .where('kind', 'in', stale)
      .where('object', '=', object)
      .execute();
  }
  const red = findings.some(({ state }) => state === 'fail' || state === 'unknown');
  await trx
    .updateTable('check_subject')
    .set({ ...next({ pace: subject.pace, changed, red }), looked_at: now })
    .where('customer', '=', customer)
    .where('kind', '=', kind)
    .where('object', '=', object)
    .execute();
  return transitions;
}

function rowOf({ code, values, ...finding }: Finding) {
  return { ...finding, code: code ?? null, code_values: values === undefined ? null : JSON.stringify(values) };
}

function isSame(old: CheckResultRow, finding: Finding): boolean {
  return (
    old.state === finding.state &&
    old.expected === finding.expected &&
    old.found === finding.found &&
    old.advice === finding.advice &&
    old.code === (finding.code ?? null)
  );
}
