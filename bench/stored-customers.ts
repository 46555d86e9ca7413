// A control database with many customers, and what is theirs.

import { CHAIN_START, chainHash } from '../src/control/audit/audit.ts';
import { openControlDatabase } from '../src/control/database/control-database.ts';
import { customerRow, domainRow, sourceRow } from '../src/control/database/facts.ts';
import type { CustomerFact } from '../src/mail/authorise/directory.ts';
import type { CustomerId } from '../src/mail/message.ts';

const NOW = Date.parse('2026-11-22T00:00:00Z');

/** How many of each; the customers take turns at the rest. */
export interface StoredCustomers {
  customers: number;
  domains: number;
  sources: number;
  /** Of checks. */
  results: number;
  /** Of the audit. */
  entries: number;
}

export const customerId = (i: number): CustomerId => `customer-${i}` as CustomerId;

export function storedCustomer(i: number): CustomerFact {
  return {
    id: customerId(i),
    name: `Customer number ${i} S.A.`,
    state: 'live',
    pools: ['standard'],
    streams: [],
    mailhosts: [{ host: `mail.customer-${i}.example`, port: 25, preference: 10, tls: 'opportunistic' }],
    foreignFrom: 'refuse',
    hide: 'usual',
    forwards: 'refuse',
    returnPath: 'sender',
    recipientCheck: 'none',
    language: 'fr',
  };
}

/** Half IPv4, half IPv6; none of them is on loopback. */
export function storedNetwork(i: number): string {
  const hex = (n: number) => n.toString(16);
  if (i % 2 === 1) return `2001:db8:${hex(i >>> 16)}:${hex(i & 0xffff)}::/64`;
  const n = i >>> 1;
  return `${11 + (n >>> 16)}.${(n >>> 8) & 255}.${n & 255}.0/24`;
}

/** Makes the database at this path. */
export async function storeCustomers(path: string, many: StoredCustomers): Promise<void> {
  const database = openControlDatabase(path);
  const { raw } = database;
  const ownerOf = (i: number) => customerId(i % many.customers);
  const insert = (table: string, count: number, make: (i: number) => object) => {
    let statement: ReturnType<typeof raw.prepare> | undefined;
    for (let i = 0; i < count; i++) {
      const row = make(i);
      const columns = Object.keys(row);
      const names = columns.map((name) => `"${name}"`).join(', ');
      statement ??= raw.prepare(`insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`);
      statement.run(...(Object.values(row) as never[]));
    }
  };
  raw.exec('pragma synchronous = off; begin');
  insert('customer', many.customers, (i) => customerRow(storedCustomer(i)));
  insert('account', many.customers, account);
  insert('domain', many.domains, (i) =>
    domainRow({
      name: `domain-${i}.example`,
      customer: ownerOf(i),
      outbound: true,
      inbound: true,
      subdomains: false,
      verified: true,
    }),
  );
  insert('source', many.sources, (i) => sourceRow({ network: storedNetwork(i), customer: ownerOf(i) }));
  insert('check_result', many.results, (i) => result(i, many));
  let before: Uint8Array = CHAIN_START;
  insert('audit', many.entries, (i) => {
    const row = entry(i, ownerOf(i));
    before = chainHash(before, row);
    return { ...row, hash: before };
  });
  // Nobody is to look all of that up in DNS.
  raw.exec('delete from check_changed; commit');
  await database.close();
}

function account(i: number): object {
  const base = { id: customerId(i), name: storedCustomer(i).name, language: 'fr', stage: 'live', stage_at: NOW };
  return { ...base, registered_at: NOW, pools: '["standard"]', contacts: '[]' };
}

function result(i: number, { domains, customers }: StoredCustomers): object {
  const kinds = ['spf', 'mx', 'dmarc', 'dkim'];
  const domain = Math.floor(i / kinds.length) % domains;
  const of = customerId(domain % customers);
  const state = i % 50 === 0 ? 'fail' : 'ok';
  const object = `domain-${domain}.example`;
  return { customer: of, kind: kinds[i % 4], object, state, expected: 'x', found: 'x', advice: '', since: NOW };
}

function entry(i: number, customer: CustomerId) {
  const by = { at: NOW + i * 1000, who: `p${i % 50}@operator.example`, from: null };
  const about = { action: 'changed', object: `customer ${customer}`, customer };
  return { id: i + 1, ...by, ...about, reason: null, before: null, after: null };
}
