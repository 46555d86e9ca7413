// The records that a customer publishes: for a person to copy, and for a colleague who looks after DNS.

import type { Kysely } from 'kysely';
import { keyRecordText, recordName } from '../../protocol/dkim/key-record.ts';
import type { ControlTables } from '../database/tables.ts';
import { ownershipRecord } from './looks/look-ownership.ts';
import { readSubject, type SubjectName, subjectsOf } from './subjects.ts';
import type { CheckKind } from './tables.ts';

export interface RecordToPublish {
  domain: string;
  /** The check that looks for it. */
  purpose: Exclude<CheckKind, 'mailhost' | 'source' | 'grant'>;
  type: 'TXT' | 'MX';
  host: string;
  value: string;
  /** Mail works without it. */
  optional: boolean;
  /** What it is for, and what to watch. */
  note: string;
}

export interface RecordSettings {
  /** Includes that mail from these pools needs. */
  includesOf: (pools: readonly string[]) => Promise<readonly string[]>;
  mxNames: readonly string[];
}

/** Records of all domains of a customer, in the order of their names. Tokens are made with the rows of the checks. */
export async function recordsToPublish(
  db: Kysely<ControlTables>,
  customer: string,
  settings: RecordSettings,
): Promise<RecordToPublish[]> {
  const names = (await subjectsOf(db, customer)).filter(({ kind }) => kind === 'domain');
  const records: RecordToPublish[] = [];
  for (const name of names.toSorted((a, b) => (a.object < b.object ? -1 : 1))) {
    records.push(...(await recordsOfDomain(db, name, settings)));
  }
  return records;
}

async function recordsOfDomain(
  db: Kysely<ControlTables>,
  name: SubjectName,
  { includesOf, mxNames }: RecordSettings,
): Promise<RecordToPublish[]> {
  const subject = await readSubject(db, name);
  if (subject?.kind !== 'domain') return [];
  const { domain, customer } = subject;
  const records: RecordToPublish[] = [];
  const ownership = await db
    .selectFrom('domain_ownership')
    .select('token')
    .where('customer', '=', customer)
    .where('domain', '=', domain)
    .executeTakeFirst();
  if (ownership !== undefined) {
    const { name: host, text: value } = ownershipRecord(domain, ownership.token);
    const optional = subject.verified && subject.verifiedBy === 'operator';
    const note = 'Shows that the domain is yours. Leave it there: without it the domain stops.';
    records.push({ domain, purpose: 'ownership', type: 'TXT', host, value, optional, note });
  }
  if (subject.outbound) {
    const includes = await includesOf(subject.pools);
    if (includes.length > 0) {
      const value = `v=spf1 ${includes.map((include) => `include:${include}`).join(' ')} ~all`;
      const note = 'If the domain has an SPF record already, add the include to it: there may be only one record.';
      records.push({ domain, purpose: 'spf', type: 'TXT', host: domain, value, optional: false, note });
    }
    records.push(...(await keyRecords(db, domain, subject.inForce)), dmarcRecord(domain));
  }
  if (subject.inbound) {
    for (const [at, mx] of mxNames.entries()) {
      const note = 'Change it last, once the test message has come through; remove other MX records then.';
      const value = `${(at + 1) * 10} ${mx}.`;
      records.push({ domain, purpose: 'mx', type: 'MX', host: domain, value, optional: false, note });
    }
  }
  return records;
}

async function keyRecords(db: Kysely<ControlTables>, domain: string, inForce: boolean): Promise<RecordToPublish[]> {
  if (!inForce) return [];
  const keys = await db
    .selectFrom('dkim_key')
    .select(['selector', 'algorithm', 'public_key'])
    .where('domain', '=', domain)
    .where('state', 'in', ['waiting', 'active'])
    .orderBy('selector')
    .execute();
  return keys.map(({ selector, algorithm, public_key }) => ({
    domain,
    purpose: 'dkim',
    type: 'TXT',
    host: recordName(selector, domain),
    value: keyRecordText(algorithm, public_key),
    optional: true,
    note: 'Mail is signed with this key once the record is seen.',
  }));
}

function dmarcRecord(domain: string): RecordToPublish {
  return {
    domain,
    purpose: 'dmarc',
    type: 'TXT',
    host: `_dmarc.${domain}`,
    value: `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`,
    optional: true,
    note: 'To begin with; a record that is there already stays as it is.',
  };
}
