// What follows from a look at the proof of a domain: it is verified, its people are warned, it is stopped, it goes on.

import type { Transaction } from 'kysely';
import type { DirectoryChange } from '../../mail/authorise/directory.ts';
import type { AuditedChange } from '../audit/audit.ts';
import { domainFact } from '../database/facts.ts';
import type { ControlTables, DomainRow } from '../database/tables.ts';
import type { ControlEvent } from '../events/control-events.ts';
import { advise } from './advice.ts';
import type { Finding } from './finding.ts';
import { ownershipRecord, type Proof } from './looks/look-ownership.ts';
import { graceEnds, observeProof, type ProofRules, type ProofState, type ProofStep } from './proof.ts';

type Trx = Transaction<ControlTables>;

/** A mail to the customer's administrators. */
export interface ProofNotice {
  kind: 'proof_missing' | 'proof_returned' | 'domain_stopped';
  customer: string;
  domain: string;
  record: { name: string; text: string };
  since: number;
  stops: number;
}

export interface ProofEffect {
  finding: Finding;
  /** It has to be looked at again soon, although it is not red. */
  watch: boolean;
  audit: AuditedChange[];
  directory: DirectoryChange[];
  events: ControlEvent[];
  notices: ProofNotice[];
}

interface Looked {
  customer: string;
  domain: string;
  proof: Proof;
  finding: Finding;
}

/** Within a change: takes one look at the proof into account. */
export async function takeProof(
  trx: Trx,
  looked: Looked,
  { now, rules }: { now: number; rules: ProofRules },
): Promise<ProofEffect> {
  const { customer, domain, proof, finding } = looked;
  const effect: ProofEffect = { finding, watch: false, audit: [], directory: [], events: [], notices: [] };
  const ownership = await trx
    .selectFrom('domain_ownership')
    .selectAll()
    .where('customer', '=', customer)
    .where('domain', '=', domain)
    .executeTakeFirst();
  if (ownership === undefined) return effect;
  const row = await trx
    .selectFrom('domain')
    .selectAll()
    .where('name', '=', domain)
    .where('customer', '=', customer)
    .executeTakeFirst();
  // A proof that never was there cannot be lost; one of a draft is looked for anew when that is approved.
  const counts = row !== undefined && (ownership.seen_at !== null || row.verified_by === 'checks');
  const observed: { state: ProofState; step: ProofStep } =
    counts || proof === 'seen' ? observeProof(ownership, proof, { now, rules }) : { state: ownership, step: 'none' };
  await writeState(trx, looked, observed.state);
  if (row === undefined) return effect;
  const record = ownershipRecord(domain, ownership.token);
  const about: About = {
    row,
    record,
    now,
    ends: graceEnds(observed.state, now, rules) ?? now + rules.graceMs,
    ...observed,
  };
  if (proof === 'seen' && row.verified === 0) await verify(trx, about, effect);
  if (observed.step === 'back') tellBack(about, effect);
  if (observed.step === 'warn') warn(about, effect);
  if (observed.step === 'stop' && row.verified === 1 && row.verified_by === 'checks') await stop(trx, about, effect);
  else effect.finding = findingOf(finding, proof, about);
  effect.watch = proof === 'gone' && row.verified === 1 && counts && observed.state.warned_at === null;
  return effect;
}

interface About {
  row: DomainRow;
  record: { name: string; text: string };
  now: number;
  ends: number;
  state: ProofState;
  step: ProofStep;
}

async function writeState(trx: Trx, { customer, domain }: Looked, state: ProofState): Promise<void> {
  const { seen_at, missing_since, missing_looks, missing_ms, missing_at, warned_at } = state;
  await trx
    .updateTable('domain_ownership')
    .set({ seen_at, missing_since, missing_looks, missing_ms, missing_at, warned_at })
    .where('customer', '=', customer)
    .where('domain', '=', domain)
    .execute();
}

async function setVerified(trx: Trx, { row }: About, verified: boolean, effect: ProofEffect): Promise<void> {
  const next: DomainRow = { ...row, verified: Number(verified), verified_by: verified ? 'checks' : null };
  await trx
    .updateTable('domain')
    .set({ verified: next.verified, verified_by: next.verified_by })
    .where('name', '=', row.name)
    .execute();
  effect.directory.push({ kind: 'domain', name: row.name, fact: domainFact(next) });
  effect.audit.push({
    action: verified ? 'domain.verified' : 'domain.stopped',
    object: `domain ${row.name}`,
    customer: row.customer,
    before: { verified: row.verified === 1, verified_by: row.verified_by },
    after: { verified, verified_by: next.verified_by },
  });
}

async function verify(trx: Trx, about: About, effect: ProofEffect): Promise<void> {
  await setVerified(trx, about, true, effect);
  effect.events.push(statusChanged(about, about.step === 'back' ? 'stopped' : 'unverified', 'verified'));
}

function warn(about: About, effect: ProofEffect): void {
  const { row } = about;
  if (row.verified === 0) return;
  effect.events.push(statusChanged(about, 'verified', 'proof_missing'));
  // By the operator's word it goes on whatever DNS says: there is no date to tell of.
  if (row.verified_by === 'checks') effect.notices.push(notice('proof_missing', about));
}

function tellBack(about: About, effect: ProofEffect): void {
  if (about.row.verified === 1) effect.events.push(statusChanged(about, 'proof_missing', 'verified'));
  if (about.row.verified_by !== 'operator') effect.notices.push(notice('proof_returned', about));
}

async function stop(trx: Trx, about: About, effect: ProofEffect): Promise<void> {
  await setVerified(trx, about, false, effect);
  const event = statusChanged(about, 'proof_missing', 'stopped');
  effect.events.push(event, { ...event, type: 'domain.deactivated' });
  effect.notices.push(notice('domain_stopped', about));
}

/** While the domain goes on, a proof that is gone is a warning, with the time it has left. */
function findingOf(finding: Finding, proof: Proof, { row, state, ends, record }: About): Finding {
  if (proof !== 'gone' || row.verified === 0 || state.missing_since === null) return finding;
  const since = minutes(state.missing_since);
  const found = `${finding.found}, since ${since}`;
  if (row.verified_by === 'operator') return { ...finding, state: 'warn', found, ...advise('ownership.back', record) };
  const advised =
    state.warned_at === null
      ? advise('ownership.back', record)
      : advise('ownership.stops', { ...record, day: minutes(ends) });
  return { ...finding, state: 'warn', found, ...advised };
}

function minutes(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function statusChanged({ row, record }: About, before: string, after: string): ControlEvent {
  return {
    type: 'domain.status_changed',
    customer: row.customer,
    data: {
      domain: row.name,
      check: 'ownership',
      old_status: before,
      new_status: after,
      records: [{ type: 'TXT', host: record.name, value: record.text }],
    },
  };
}

function notice(kind: ProofNotice['kind'], { row, record, state, ends, now }: About): ProofNotice {
  const { customer, name: domain } = row;
  return { kind, customer, domain, record, since: state.missing_since ?? now, stops: ends };
}
