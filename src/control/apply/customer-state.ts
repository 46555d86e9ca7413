// Everything that is set about one customer, as it is and as a file wants it to be.

import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type {
  CertificateFact,
  CustomerFact,
  DomainFact,
  GrantFact,
  LoginFact,
  SourceFact,
} from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import { checkPassword, makeScramKeys } from '../../protocol/sasl/scram.ts';
import { customerFact, domainFact, grantFact, loginFact, sourceFact } from '../database/facts.ts';
import type { ControlTables } from '../database/tables.ts';
import type { CustomerEntry, DomainEntry } from './document-schema.ts';
import { wantedSigning } from './domain-keys.ts';
import { loadRecipients } from './recipients.ts';

export interface CustomerState {
  customer: CustomerFact;
  domains: DomainFact[];
  sources: SourceFact[];
  grants: GrantFact[];
  logins: LoginFact[];
  certificates: CertificateFact[];
  /** Its list of recipients. */
  recipients: ReadonlySet<string>;
}

/**
 * What is set about these customers now; unknown ones are left out. At most some hundred ids. Lists of recipients are left
 * out where they do not matter: one may hold a million.
 */
export async function loadCustomers(
  db: Kysely<ControlTables>,
  raw: DatabaseSync,
  ids: readonly string[],
  { withRecipients = true }: { withRecipients?: boolean } = {},
): Promise<Map<string, CustomerState>> {
  const states = new Map<string, CustomerState>();
  for (const row of await db.selectFrom('customer').selectAll().where('id', 'in', ids).execute()) {
    const recipients = withRecipients ? await loadRecipients(raw, row.id) : new Set<string>();
    const none = { domains: [], sources: [], grants: [], logins: [], certificates: [] };
    states.set(row.id, { customer: customerFact(row), ...structuredClone(none), recipients });
  }
  for (const row of await db.selectFrom('domain').selectAll().where('customer', 'in', ids).execute()) {
    states.get(row.customer)?.domains.push(domainFact(row));
  }
  for (const row of await db.selectFrom('source').selectAll().where('customer', 'in', ids).execute()) {
    states.get(row.customer)?.sources.push(sourceFact(row));
  }
  for (const row of await db.selectFrom('sending_grant').selectAll().where('customer', 'in', ids).execute()) {
    states.get(row.customer)?.grants.push(grantFact(row));
  }
  for (const row of await db.selectFrom('login').selectAll().where('customer', 'in', ids).execute()) {
    states.get(row.customer)?.logins.push(loginFact(row));
  }
  for (const row of await db.selectFrom('certificate').selectAll().where('customer', 'in', ids).execute()) {
    states.get(row.customer)?.certificates.push({ key: row.key, customer: row.customer as CustomerId });
  }
  return states;
}

/**
 * What a file wants. A password that fits the keys that are kept changes nothing. `hasOwner`: whether a domain that this
 * customer does not have is somebody's now.
 */
export async function wantedState(
  entry: CustomerEntry,
  before: CustomerState | undefined,
  hasOwner: (domain: string) => boolean = () => false,
): Promise<CustomerState> {
  const customer = entry.id as CustomerId;
  const known = new Map(before?.domains.map((domain) => [domain.name, domain]));
  const logins: LoginFact[] = [];
  for (const login of entry.logins) {
    const kept = before?.logins.find((one) => one.name === login.name);
    logins.push({ name: login.name, customer, scram: await scramOf(login, kept) });
  }
  return {
    customer: {
      id: customer,
      name: entry.name ?? entry.id,
      state: entry.state ?? before?.customer.state ?? 'live',
      ...(before?.customer.test !== undefined && { test: before.customer.test }),
      pools: entry.pools,
      streams: entry.streams,
      mailhosts: entry.mailhosts.map(({ guarded, ...host }) => (guarded === true ? { ...host, guarded } : host)),
      foreignFrom: entry.foreign_from,
      language: entry.language,
      hide: entry.hide,
      forwards: entry.forwards,
      returnPath: entry.return_path,
      recipientCheck: entry.recipient_check,
    },
    // Keys in the order of the facts that come from rows: equal ones are then told by a glance.
    domains: entry.domains.map(({ name, outbound, inbound, subdomains, verified, dkim }) => ({
      name,
      customer,
      outbound,
      inbound,
      subdomains,
      ...wantedProof(verified, known.get(name), () => hasOwner(name)),
      ...wantedSigning(dkim, known.get(name)?.dkim),
    })),
    sources: entry.sources.map(({ network, ...source }) => ({ network, customer, ...source })),
    grants: entry.grants.map(({ domain, stream, proof }) => ({ customer, domain, stream, proof })),
    logins,
    certificates: entry.certificates.map((key) => ({ key, customer })),
    recipients: new Set(entry.recipients),
  };
}

/**
 * Without a word in the file, what the checks saw stays; the operator's word is gone with the word. "dns" in a file tells
 * what they saw once: it brings back no domain that they have stopped since, and none that another customer had.
 */
function wantedProof(
  verified: DomainEntry['verified'],
  before: DomainFact | undefined,
  hasOwner: () => boolean,
): Pick<DomainFact, 'verified' | 'verifiedBy'> {
  const seen = before?.verified === true && before.verifiedBy === 'checks';
  const told = verified === 'dns' && (before === undefined ? !hasOwner() : before.verified);
  const byChecks = told || (verified === undefined && seen);
  return byChecks ? { verified: true, verifiedBy: 'checks' } : { verified: verified === true };
}

async function scramOf(
  login: CustomerEntry['logins'][number],
  kept: LoginFact | undefined,
): Promise<LoginFact['scram']> {
  if (login.scram !== undefined) return login.scram;
  const password = login.password ?? '';
  if (kept !== undefined && (await checkPassword(kept.scram, password))) return kept.scram;
  return makeScramKeys(password);
}
