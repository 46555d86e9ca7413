// What was entered beside what is in force, and beside what was sent back: for whoever approves it, thing by thing.

import type { SharedProof } from '../../mail/authorise/directory.ts';
import { formatNetwork, parseNetwork } from '../../protocol/ip/network.ts';
import type { CustomerState } from '../apply/customer-state.ts';
import type { Entry } from './entry.ts';

export const DIFFERENCE_KINDS = ['domain', 'mailhost', 'source', 'administrator', 'portal', 'test_recipient'] as const;

/** What is told of a thing; flat, without secrets and their hashes. */
export type Told = Record<string, string | number | boolean>;

/** How a thing that is asked for stands to another state of it. */
export type Comparison = 'added' | 'removed' | 'changed' | 'same';

/** One thing of an entry. */
export interface EntryDifference {
  kind: (typeof DIFFERENCE_KINDS)[number];
  /** Name of the domain, `host:port`, network, or address of the person. */
  name: string;
  /** To what is in force. People and wishes are never in force by an entry: they are always added. */
  change: Comparison;
  inForce?: Told;
  asked?: Told;
  /** To the entry as it was when it was sent back; absent where it never was. */
  sinceReturn?: Comparison;
  askedBefore?: Told;
}

/** Things by `kind name`, in the order in which they are shown. */
type Things = Map<string, Pick<EntryDifference, 'kind' | 'name'> & { told: Told }>;

/** Everything that is asked for, in force, or was asked for before, in the order of the entry. */
export function entryDifferences(
  asked: Entry,
  { inForce, returned }: { inForce: CustomerState | undefined; returned: Entry | undefined },
): EntryDifference[] {
  const [now, force] = [thingsOfEntry(asked), inForce === undefined ? new Map() : thingsOfState(inForce)] as const;
  const before = returned === undefined ? undefined : thingsOfEntry(returned);
  const keys = [...new Set([...now.keys(), ...force.keys(), ...(before?.keys() ?? [])])];
  const differences = keys.flatMap((key): EntryDifference[] => {
    const [wanted, standing, former] = [now.get(key), force.get(key), before?.get(key)];
    const thing = wanted ?? standing ?? former;
    if (thing === undefined) return [];
    return [
      {
        kind: thing.kind,
        name: thing.name,
        change: compare(standing?.told, wanted?.told),
        ...(standing !== undefined && { inForce: standing.told }),
        ...(wanted !== undefined && { asked: wanted.told }),
        ...(before !== undefined && { sinceReturn: compare(former?.told, wanted?.told) }),
        ...(former !== undefined && { askedBefore: former.told }),
      },
    ];
  });
  return DIFFERENCE_KINDS.flatMap((kind) => differences.filter((one) => one.kind === kind));
}

/** Where neither is there, something was asked for before alone: it makes no difference now. */
function compare(before: Told | undefined, after: Told | undefined): Comparison {
  if (before === undefined) return after === undefined ? 'same' : 'added';
  if (after === undefined) return 'removed';
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.every((key) => before[key] === after[key]) ? 'same' : 'changed';
}

function thingsOfEntry({ domains, mailhosts, sources, administrators, portal, test_recipient }: Entry): Things {
  const things: Things = new Map();
  for (const { name, inbound, outbound, subdomains } of domains) {
    put(things, 'domain', name.trim().toLowerCase(), { inbound, outbound, subdomains });
  }
  for (const { host, port, preference, tls } of mailhosts) {
    put(things, 'mailhost', hostName(host, port), { preference, tls });
  }
  for (const { network, shared, proof } of sources) {
    put(things, 'source', networkName(network), { shared: shared || proof !== undefined, ...proofOfEntry(proof) });
  }
  for (const { name, email, role, language } of administrators) {
    put(things, 'administrator', email, { name, role, language });
  }
  if (portal) put(things, 'portal', '', { wished: true });
  if (test_recipient !== undefined && test_recipient !== '') {
    put(things, 'test_recipient', test_recipient, {});
  }
  return things;
}

function thingsOfState({ customer, domains, sources }: CustomerState): Things {
  const things: Things = new Map();
  for (const { name, inbound, outbound, subdomains } of domains) {
    put(things, 'domain', name, { inbound, outbound, subdomains });
  }
  for (const { host, port, preference, tls } of customer.mailhosts) {
    put(things, 'mailhost', hostName(host, port), { preference, tls });
  }
  for (const { network, shared } of sources) {
    put(things, 'source', network, { shared: shared !== undefined, ...proofInForce(shared) });
  }
  return things;
}

function put(things: Things, kind: EntryDifference['kind'], name: string, told: Told): void {
  things.set(`${kind} ${name}`, { kind, name, told });
}

function hostName(host: string, port: number): string {
  return `${host.trim().toLowerCase()}:${port}`;
}

/** As the mail path writes it; what cannot be read stays as it was typed. */
function networkName(text: string): string {
  const parsed = parseNetwork(text.trim());
  return 'fault' in parsed ? text.trim() : formatNetwork(parsed);
}

function proofOfEntry(proof: Entry['sources'][number]['proof']): Told {
  if (proof === undefined) return {};
  if (proof === 'login') return { proof: 'login' };
  if ('header' in proof) return { proof: 'header', header: proof.header, value: proof.value };
  return { proof: 'secret', header: proof.secret_header };
}

function proofInForce(shared: SharedProof | undefined): Told {
  if (shared === undefined) return {};
  switch (shared.kind) {
    case 'login':
      return { proof: 'login' };
    case 'header':
      return { proof: 'header', header: shared.name, value: shared.value };
    case 'secret':
      return { proof: 'secret', header: shared.name };
    default:
      return shared satisfies never;
  }
}
