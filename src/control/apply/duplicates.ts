// What contradicts itself within one file: the same thing named twice, and sources or domains of two customers that
// stand in each other's way.

import type { SharedProof } from '../../mail/authorise/directory.ts';
import { compareWords } from '../../mail/authorise/directory-base.ts';
import { containsNetwork, type IpNetwork, parseNetwork } from '../../protocol/ip/network.ts';
import { reversedName } from '../database/facts.ts';
import type { ApplyDocument } from './document-schema.ts';
import type { PlacedFault } from './read-document.ts';
import { recipientFaults } from './recipients.ts';

/** All contradictions in the file. */
export function findDuplicates(document: ApplyDocument): PlacedFault[] {
  return [
    ...twice(
      document.pool.map((pool, i) => ({ name: pool.name, path: ['pool', i, 'name'] })),
      'pool',
    ),
    ...twice(
      document.customer.map((customer, i) => ({ name: customer.id, path: ['customer', i, 'id'] })),
      'customer',
    ),
    ...twice(named(document, 'domains'), 'domain'),
    ...twice(named(document, 'logins'), 'login'),
    ...twice(
      document.customer.flatMap(({ certificates }, i) =>
        certificates.map((name, j) => ({ name, path: ['customer', i, 'certificates', j] })),
      ),
      'certificate',
    ),
    ...document.customer.flatMap((customer, i) => [
      ...twice(
        customer.grants.map((grant, j) => ({ name: grant.domain, path: ['customer', i, 'grants', j] })),
        'grant',
      ),
      ...twice(
        customer.streams.map((stream, j) => ({ name: stream.name, path: ['customer', i, 'streams', j] })),
        'stream',
      ),
      ...twice(
        customer.sources.map((source, j) => ({ name: source.network, path: ['customer', i, 'sources', j] })),
        'source',
      ),
      ...ownGrants(customer, i),
      ...recipientFaults(customer, i),
    ]),
    ...document.pool.flatMap((pool, i) =>
      twice(
        pool.addresses.map((one, j) => ({ name: one.ip, path: ['pool', i, 'addresses', j] })),
        'address',
      ),
    ),
    ...nestedSources(document),
    ...nestedDomains(document),
  ];
}

interface Named {
  name: string;
  path: PropertyKey[];
}

function named(document: ApplyDocument, part: 'domains' | 'logins'): Named[] {
  return document.customer.flatMap((customer, i) =>
    customer[part].map((one, j) => ({ name: one.name, path: ['customer', i, part, j, 'name'] })),
  );
}

function twice(all: Named[], what: string): PlacedFault[] {
  const seen = new Map<string, PropertyKey[]>();
  const faults: PlacedFault[] = [];
  for (const { name, path } of all) {
    const first = seen.get(name);
    if (first === undefined) seen.set(name, path);
    else
      faults.push({
        path,
        message: `names the ${what} "${name}" a second time (first: ${first.map(String).join('.')})`,
      });
  }
  return faults;
}

function ownGrants(customer: ApplyDocument['customer'][number], i: number): PlacedFault[] {
  const own = new Set(customer.domains.map((domain) => domain.name));
  return customer.grants.flatMap((grant, j) =>
    own.has(grant.domain)
      ? [
          {
            path: ['customer', i, 'grants', j],
            message: `"${grant.domain}" is the customer's own domain and needs no grant`,
          },
        ]
      : [],
  );
}

interface Claim {
  network: IpNetwork;
  text: string;
  customer: string;
  shared: boolean;
  path: PropertyKey[];
}

/** Two unshared networks of different customers must not overlap; the same network is shared by all or held by one. */
function nestedSources(document: ApplyDocument): PlacedFault[] {
  const claims = document.customer.flatMap((customer, i) =>
    customer.sources.map((source, j) => claim(customer.id, source, ['customer', i, 'sources', j])),
  );
  claims.sort(
    (a, b) =>
      a.network.family - b.network.family ||
      compareWords(a.network.words, b.network.words) ||
      a.network.prefix - b.network.prefix,
  );
  const faults: PlacedFault[] = [];
  const around: Claim[] = [];
  for (const inner of claims) {
    for (
      let top = around.at(-1);
      top !== undefined && !containsNetwork(top.network, inner.network);
      top = around.at(-1)
    ) {
      around.pop();
    }
    const clash = around.find((outer) => sourcesClash(outer, inner));
    if (clash !== undefined) {
      const other = `${clash.text} of customer "${clash.customer}" (${clash.path.map(String).join('.')})`;
      faults.push({
        path: inner.path,
        message: `${inner.text} clashes with ${other}: an unshared source has one holder`,
      });
    }
    // Of a shared network one holder stands for all: thousands may share it.
    const top = around.at(-1);
    if (top?.text !== inner.text || !top.shared || !inner.shared) around.push(inner);
  }
  return faults;
}

function claim(customer: string, source: { network: string; shared?: SharedProof }, path: PropertyKey[]): Claim {
  const network = parseNetwork(source.network);
  if ('fault' in network) throw new Error(network.fault);
  return { network, text: source.network, customer, shared: source.shared !== undefined, path };
}

/** Whether two overlapping networks may not be held by two customers. */
export function sourcesClash(
  a: { customer: string; shared: boolean; text: string },
  b: { customer: string; shared: boolean; text: string },
): boolean {
  if (a.customer === b.customer) return false;
  return a.text === b.text ? !(a.shared && b.shared) : !a.shared && !b.shared;
}

/** A domain with `subdomains` owns the names below it. */
function nestedDomains(document: ApplyDocument): PlacedFault[] {
  const all = document.customer.flatMap((customer, i) =>
    customer.domains.map((domain, j) => ({
      ...domain,
      customer: customer.id,
      reversed: `${reversedName(domain.name)}.`,
      path: ['customer', i, 'domains', j, 'name'] satisfies PropertyKey[],
    })),
  );
  all.sort((a, b) => (a.reversed < b.reversed ? -1 : 1));
  const faults: PlacedFault[] = [];
  const around: typeof all = [];
  for (const domain of all) {
    while (around.length > 0 && !domain.reversed.startsWith(around.at(-1)?.reversed ?? '')) around.pop();
    const owner = around.find((parent) => parent.customer !== domain.customer);
    if (owner !== undefined) {
      const message = `"${domain.name}" is below "${owner.name}", which customer "${owner.customer}" has with subdomains`;
      faults.push({ path: domain.path, message });
    }
    if (domain.subdomains) around.push(domain);
  }
  return faults;
}
