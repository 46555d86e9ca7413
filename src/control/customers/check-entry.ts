// What is wrong with an entry, all of it at once: each value by the rules of an `apply` file, the whole by what a
// customer needs, and against those who keep what they have.

import type { DatabaseSync } from 'node:sqlite';
import { createOutsideGuard, isPublicAddress } from '../../network/outside-address.ts';
import { formatIp, type IpNetwork, lastAddress, parseIp, parseNetwork } from '../../protocol/ip/network.ts';
import { parseAddress } from '../../protocol/smtp/address.ts';
import { fault } from '../api/field-faults.ts';
import type { ProblemError } from '../api/problem.ts';
import { codedFault } from '../api/schema-faults.ts';
import { ClashFinder } from '../apply/clashes.ts';
import type { CustomerState } from '../apply/customer-state.ts';
import { type CustomerEntry, documentSchema } from '../apply/document-schema.ts';
import { findDuplicates } from '../apply/duplicates.ts';
import { type PlacedFault, placedFaults } from '../apply/read-document.ts';
import { sharedCloudOf } from '../sources/shared-clouds.ts';
import type { Entry, EntrySource } from './entry.ts';

export interface EntryRules {
  /** `delivery.allow_private`: private and loopback addresses may be entered. */
  allowPrivate: boolean;
}

export type CheckedEntry = { ok: true; customer: CustomerEntry } | { ok: false; faults: ProblemError[] };

/** Reads an entry as an `apply` file would be read, and checks what a customer needs besides. */
export function checkEntry(id: string, entry: Entry, rules: EntryRules): CheckedEntry {
  const faults: ProblemError[] = [...needed(entry), ...addressFaults(entry, rules), ...peopleFaults(entry)];
  const read = documentSchema.safeParse({ customer: [asApplied(id, entry)] });
  if (!read.success) {
    const wrong = read.error.issues.flatMap(placedFaults).map((fault) => withCode(inEntry(fault)));
    return { ok: false, faults: [...wrong, ...faults] };
  }
  const twice = findDuplicates(read.data).map((fault) => ({ ...inEntry(fault), code: 'twice' }));
  faults.push(...twice, ...testFaults(entry, read.data.customer[0]));
  const [customer] = read.data.customer;
  return customer === undefined || faults.length > 0 ? { ok: false, faults } : { ok: true, customer };
}

/** What stands in the way of a customer's domains and sources: others keep what they have. In a running transaction. */
export function clashesOf(raw: DatabaseSync, { customer, domains, sources }: CustomerState): ProblemError[] {
  const finder = new ClashFinder(raw, new Set([customer.id]), { few: true });
  const ofDomains = domains.flatMap((fact, i) => {
    const clash = finder.find({ kind: 'domain', name: fact.name, fact });
    return clash === undefined ? [] : [{ field: `domains.${i}.name`, message: clash, code: 'domain_taken' }];
  });
  const ofSources = sources.flatMap((fact, i) => {
    const clash = finder.find({ kind: 'source', network: fact.network, customer: fact.customer, fact });
    return clash === undefined ? [] : [{ field: `sources.${i}.network`, message: clash, code: 'source_taken' }];
  });
  return [...ofDomains, ...ofSources];
}

/** The same for those who must not learn who or what stands in the way. */
export function withoutNames(errors: readonly ProblemError[]): ProblemError[] {
  return errors.map((error) => {
    if (!/customer "/.test(error.message)) return error;
    // Whatever it named would name the other.
    return fault(error.field, /network|^sources/.test(error.field) ? 'source_taken' : 'domain_taken');
  });
}

/** The entry in the words of an `apply` file. */
function asApplied(id: string, { domains, mailhosts, sources }: Entry): Record<string, unknown> {
  // What goes out is signed from the first day on.
  const signed = domains.map((domain) => (domain.outbound ? { ...domain, dkim: true } : domain));
  return { id, domains: signed, mailhosts, sources: sources.map(appliedSource) };
}

/** A source in the words of an `apply` file. */
export function appliedSource({ network, shared, proof }: EntrySource): unknown {
  return shared || proof !== undefined ? { network, shared, ...(proof !== undefined && { proof }) } : network;
}

function inEntry({ path, message }: PlacedFault): ProblemError {
  const [, , ...rest] = path;
  return codedFault({ field: rest.map(String).join('.') || 'entry', message });
}

/** Values that are not of their kind, by the field they stand in. */
const WRONG: Readonly<Record<string, string>> = {
  name: 'domain_wrong',
  host: 'host_wrong',
  network: 'network_wrong',
  proof: 'proof_wrong',
};

function withCode(found: ProblemError): ProblemError {
  const code = WRONG[found.field.split('.')[2] ?? ''];
  return code === undefined ? found : { ...found, code };
}

function needed({ domains, mailhosts, sources, portal, administrators }: Entry): ProblemError[] {
  const faults: ProblemError[] = [];
  if (domains.length === 0) faults.push(fault('domains', 'domain_needed'));
  for (const [i, { inbound, outbound }] of domains.entries()) {
    if (!inbound && !outbound) faults.push(fault(`domains.${i}`, 'direction_needed'));
  }
  if (domains.some(({ inbound }) => inbound) && mailhosts.length === 0) {
    faults.push(fault('mailhosts', 'mailhost_needed'));
  }
  if (domains.some(({ outbound }) => outbound) && sources.length === 0) {
    faults.push(fault('sources', 'source_needed'));
  }
  if (portal && administrators.length === 0) {
    faults.push(fault('administrators', 'person_needed'));
  }
  return faults;
}

function addressFaults({ mailhosts, sources }: Entry, { allowPrivate }: EntryRules): ProblemError[] {
  const guard = createOutsideGuard({ allowPrivate });
  const hosts = mailhosts.flatMap(({ host }, i) => {
    const refused = parseIp(host) === undefined ? undefined : guard.refuses(host);
    if (refused === undefined) return [];
    return [fault(`mailhosts.${i}.host`, 'host_not_public', { why: refused })];
  });
  return [
    ...hosts,
    ...sources.flatMap((source, i) =>
      sourceFaults(source, { allowPrivate }).map((fault) => ({ ...fault, field: `sources.${i}.${fault.field}` })),
    ),
  ];
}

/** What is wrong with a source besides its words: not public, or shared with others and without proof. */
export function sourceFaults({ network, shared, proof }: EntrySource, { allowPrivate }: EntryRules): ProblemError[] {
  const parsed = parseNetwork(network.trim());
  if ('fault' in parsed) return []; // which the reading of its words tells
  if (!allowPrivate && !isPublic(parsed)) {
    return [fault('network', 'source_not_public')];
  }
  const cloud = sharedCloudOf(network.trim());
  if (cloud === undefined || (shared && proof !== undefined)) return [];
  return [fault('proof', 'source_shared', { cloud })];
}

function isPublic(network: IpNetwork): boolean {
  const last = { family: network.family, words: lastAddress(network) };
  return isPublicAddress(formatIp(network)) && isPublicAddress(formatIp(last));
}

function peopleFaults({ administrators }: Entry): ProblemError[] {
  const seen = new Set<string>();
  return administrators.flatMap(({ name, email }, i) => {
    const faults: ProblemError[] = [];
    if (name.trim() === '') faults.push(fault(`administrators.${i}.name`, 'name_missing'));
    const address = parseAddress(email);
    if (address === undefined || address.literal) {
      faults.push(fault(`administrators.${i}.email`, 'email_wrong'));
    } else if (seen.size === seen.add(address.text.toLowerCase()).size) {
      faults.push(fault(`administrators.${i}.email`, 'email_twice'));
    }
    return faults;
  });
}

function testFaults({ test_recipient }: Entry, customer: CustomerEntry | undefined): ProblemError[] {
  if (test_recipient === undefined || test_recipient === '') return [];
  const address = parseAddress(test_recipient);
  const inbound = customer?.domains.some(({ name, inbound }) => inbound && name === address?.domain) === true;
  if (inbound) return [];
  return [fault('test_recipient', 'test_recipient_foreign')];
}
