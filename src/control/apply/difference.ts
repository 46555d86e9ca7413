// What has to change so that one customer, or one pool, becomes what the file says.

import type { DirectoryChange, LoginFact, PoolFact, SourceFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { CustomerState } from './customer-state.ts';
import { recipientChanges } from './recipients.ts';

/** One object that changes. */
export interface ObjectChange {
  /** `customer acme`, `pool standard`. */
  object: string;
  action: 'created' | 'changed' | 'removed';
  /** What changed, for people. */
  details: string[];
  /** Without passwords, keys and hashes of secrets. */
  before: unknown;
  after: unknown;
  /** Facts that go, then facts that come. */
  removals: DirectoryChange[];
  additions: DirectoryChange[];
}

/** The change of a customer; nothing where it already is as wanted. */
export function customerChange(
  before: CustomerState | undefined,
  after: CustomerState | undefined,
): ObjectChange | undefined {
  const id = (after ?? before)?.customer.id;
  if (id === undefined) return undefined;
  const change: ObjectChange = {
    object: `customer ${id}`,
    action: before === undefined ? 'created' : after === undefined ? 'removed' : 'changed',
    details: [],
    before: before === undefined ? null : forAudit(before),
    after: after === undefined ? null : forAudit(after),
    removals: [],
    additions: [],
  };
  compareCustomer(change, before, after, id);
  comparePart(change, before?.domains, after?.domains, {
    what: 'domain',
    key: (fact) => fact.name,
    change: (name, fact) => ({ kind: 'domain', name, fact }),
  });
  comparePart(change, before?.sources, after?.sources, {
    what: 'source',
    key: (fact) => fact.network,
    change: (network, fact) => ({ kind: 'source', network, customer: id, fact }),
  });
  comparePart(change, before?.grants, after?.grants, {
    what: 'grant',
    key: (fact) => fact.domain,
    change: (domain, fact) => ({ kind: 'grant', customer: id, domain, fact }),
  });
  comparePart(change, before?.logins, after?.logins, {
    what: 'login',
    key: (fact) => fact.name,
    change: (name, fact) => ({ kind: 'login', name, fact }),
  });
  comparePart(change, before?.certificates, after?.certificates, {
    what: 'certificate',
    key: (fact) => fact.key,
    change: (key, fact) => ({ kind: 'certificate', key, fact }),
  });
  const recipients = recipientChanges(id, before?.recipients ?? new Set(), after?.recipients ?? new Set());
  change.removals = change.removals.concat(recipients.removals);
  change.additions = change.additions.concat(recipients.additions);
  change.details.push(...recipients.details);
  return change.removals.length + change.additions.length === 0 ? undefined : change;
}

/** The change of a pool. */
export function poolChange(before: PoolFact | undefined, after: PoolFact | undefined): ObjectChange | undefined {
  const name = (after ?? before)?.name;
  if (name === undefined || same(before, after)) return undefined;
  const change: ObjectChange = {
    object: `pool ${name}`,
    action: before === undefined ? 'created' : after === undefined ? 'removed' : 'changed',
    details: [],
    before: before ?? null,
    after: after ?? null,
    removals: [],
    additions: [],
  };
  const old = new Map(before?.addresses.map((address) => [address.ip, address]));
  for (const address of after?.addresses ?? []) {
    const was = old.get(address.ip);
    old.delete(address.ip);
    if (was === undefined) change.details.push(`address ${address.ip} added (${address.state})`);
    else change.details.push(...fieldDetails(`address ${address.ip}`, was, address));
  }
  for (const ip of old.keys()) change.details.push(`address ${ip} removed`);
  if (before !== undefined && before.spf !== after?.spf) {
    change.details.push(`spf: ${show(before.spf)} -> ${show(after?.spf)}`);
  }
  if (after === undefined) change.removals.push({ kind: 'pool', name, fact: null });
  else change.additions.push({ kind: 'pool', name, fact: after });
  return change;
}

function compareCustomer(
  change: ObjectChange,
  before: CustomerState | undefined,
  after: CustomerState | undefined,
  id: CustomerId,
): void {
  if (after === undefined) change.removals.push({ kind: 'customer', id, fact: null });
  else if (!same(before?.customer, after.customer)) {
    change.additions.push({ kind: 'customer', id, fact: after.customer });
    if (before !== undefined) change.details.push(...fieldDetails('', before.customer, after.customer));
  }
}

function comparePart<Fact extends object>(
  change: ObjectChange,
  before: readonly Fact[] = [],
  after: readonly Fact[] = [],
  part: { what: string; key: (fact: Fact) => string; change: (key: string, fact: Fact | null) => DirectoryChange },
): void {
  const old = new Map(before.map((fact) => [part.key(fact), fact]));
  for (const fact of after) {
    const key = part.key(fact);
    const was = old.get(key);
    old.delete(key);
    if (same(was, fact)) continue;
    change.additions.push(part.change(key, fact));
    if (was === undefined) change.details.push(`${part.what} ${key} added`);
    else change.details.push(...fieldDetails(`${part.what} ${key}`, was, fact));
  }
  for (const key of old.keys()) {
    change.removals.push(part.change(key, null));
    change.details.push(`${part.what} ${key} removed`);
  }
}

/** Fields whose values are not for people's eyes. */
const SECRET_FIELDS: readonly string[] = ['scram', 'shared'];

function fieldDetails(what: string, before: object, after: object): string[] {
  const details: string[] = [];
  const old = new Map(Object.entries(before));
  for (const [field, value] of Object.entries(after)) {
    if (same(old.get(field), value)) continue;
    const label = `${what} ${field}`.trim();
    if (SECRET_FIELDS.includes(field)) details.push(`${label} changed`);
    else details.push(`${label}: ${show(old.get(field))} -> ${show(value)}`);
  }
  for (const field of old.keys()) if (!(field in after)) details.push(`${what} ${field} removed`.trim());
  return details;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b) || canonical(a) === canonical(b);
}

/** JSON with the keys of tables in order: what came from a file and what came from a row may differ in it. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}

function forAudit(state: CustomerState): unknown {
  const source = (fact: SourceFact) =>
    fact.shared?.kind === 'secret' ? { ...fact, shared: { kind: 'secret', name: fact.shared.name } } : fact;
  const login = (fact: LoginFact) => ({ name: fact.name });
  return {
    ...state.customer,
    domains: state.domains,
    sources: state.sources.map(source),
    grants: state.grants,
    logins: state.logins.map(login),
    certificates: state.certificates.map(({ key }) => key),
    recipients: state.recipients.size,
  };
}
