import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { containsNetwork, formatNetwork, networkOf, parseIp, parseNetwork } from '../../protocol/ip/network.ts';
import type { CustomerId } from '../message.ts';
import type { CustomerFact, DirectoryChange, DirectoryFacts, DomainFact, SourceFact } from './directory.ts';
import { buildDirectoryBase, type DirectoryIndex, openDirectory } from './directory-index.ts';
import { PLAIN_SETTINGS } from './testing/plain-settings.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 400);
const NOTHING: DirectoryFacts = { customers: [], domains: [], sources: [], grants: [], logins: [], pools: [] };

function customer(id: string): CustomerFact {
  return {
    id: id as CustomerId,
    name: `Customer ${id} é`,
    state: 'live',
    pools: ['standard'],
    streams: [],
    mailhosts: [],
    ...PLAIN_SETTINGS,
  };
}

function domain(name: string, owner: string, more: Partial<DomainFact> = {}): DomainFact {
  const fact = {
    name,
    customer: owner as CustomerId,
    outbound: true,
    inbound: true,
    subdomains: false,
    verified: true,
  };
  return { ...fact, ...more };
}

function source(network: string, holder: string, shared = false): SourceFact {
  const fact: SourceFact = { network, customer: holder as CustomerId };
  return shared ? { ...fact, shared: { kind: 'login' } } : fact;
}

describe('directory', () => {
  test('finds what was registered, and nothing else', () => {
    const directory = openDirectory(
      buildDirectoryBase({
        customers: [customer('acme'), customer('ünlü')],
        domains: [domain('acme.test', 'acme'), domain('wide.test', 'acme', { subdomains: true })],
        sources: [source('192.0.2.0/24', 'acme'), source('2001:db8::/32', 'acme')],
        grants: [{ customer: 'acme' as CustomerId, domain: 'partner.test', stream: 'bulk', proof: 'letter' }],
        logins: [],
        pools: [{ name: 'standard', addresses: [] }],
      }),
    );
    assert.deepEqual(directory.customer('acme' as CustomerId), customer('acme'));
    assert.deepEqual(directory.customer('ünlü' as CustomerId), customer('ünlü'));
    assert.equal(directory.customer('acm' as CustomerId), undefined);
    assert.equal(directory.domain('acme.test')?.name, 'acme.test');
    assert.equal(directory.domain('www.acme.test'), undefined);
    assert.equal(directory.domain('a.b.wide.test')?.name, 'wide.test');
    assert.equal(directory.domain('test'), undefined);
    assert.equal(directory.network('192.0.2.255')?.customer, 'acme');
    assert.equal(directory.network('::ffff:192.0.2.1')?.customer, 'acme');
    assert.equal(directory.network('2001:db8:ffff::1')?.network, '2001:db8::/32');
    assert.equal(directory.network('192.0.3.0'), undefined);
    assert.equal(directory.network('not an address'), undefined);
    assert.deepEqual(directory.grantees('partner.test'), ['acme']);
    assert.equal(directory.grant('acme' as CustomerId, 'partner.test')?.stream, 'bulk');
    assert.equal(directory.pool('standard')?.name, 'standard');
    assert.equal(directory.login('nobody'), undefined);
  });

  test('an empty base answers nothing', () => {
    const directory = openDirectory(buildDirectoryBase(NOTHING));
    assert.equal(directory.network('1.2.3.4'), undefined);
    assert.equal(directory.domain('a.test'), undefined);
    assert.deepEqual(directory.sources('::1'), []);
  });

  test('the longest network counts, to the edges of the address space', () => {
    const networks = ['0.0.0.0/0', '10.0.0.0/8', '10.255.255.255/32', '255.255.255.255/32', '::/0', 'ffff::/16'];
    const sources = networks.map((network, i) => source(network, `c${i}`));
    const directory = openDirectory(buildDirectoryBase({ ...NOTHING, sources }));
    const found = (ip: string) => directory.network(ip)?.network;
    assert.equal(found('0.0.0.0'), '0.0.0.0/0');
    assert.equal(found('10.0.0.0'), '10.0.0.0/8');
    assert.equal(found('10.255.255.254'), '10.0.0.0/8');
    assert.equal(found('10.255.255.255'), '10.255.255.255/32');
    assert.equal(found('11.0.0.0'), '0.0.0.0/0');
    assert.equal(found('255.255.255.255'), '255.255.255.255/32');
    assert.equal(found('::'), '::/0');
    assert.equal(found('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), 'ffff::/16');
  });

  test('a name of many labels costs no more than the widest registered parent', () => {
    const domains = [domain('wide.test', 'acme', { subdomains: true })];
    const directory = openDirectory(buildDirectoryBase({ ...NOTHING, domains }));
    assert.equal(directory.domain(`${'a.'.repeat(120)}wide.test`)?.customer, 'acme');
    directory.update({
      kind: 'changes',
      changes: [{ kind: 'domain', name: 'very.wide.test', fact: domain('very.wide.test', 'b', { subdomains: true }) }],
    });
    assert.equal(directory.domain('x.very.wide.test')?.customer, 'b');
  });

  test('a new base takes the place of all changes', () => {
    const directory = openDirectory(buildDirectoryBase(NOTHING));
    const fact = domain('a.test', 'acme');
    directory.update({ kind: 'changes', changes: [{ kind: 'domain', name: 'a.test', fact }] });
    assert.equal(directory.overlaySize, 1);
    directory.update({ kind: 'base', base: buildDirectoryBase({ ...NOTHING, domains: [domain('b.test', 'acme')] }) });
    assert.equal(directory.overlaySize, 0);
    assert.equal(directory.domain('a.test'), undefined);
    assert.ok(directory.domain('b.test'));
  });
});

// A directory that cannot be wrong: everything in lists, looked through from the front.
class NaiveDirectory {
  readonly sources = new Map<string, SourceFact>();
  readonly domains = new Map<string, DomainFact>();
  readonly grants = new Set<string>();

  take(change: DirectoryChange): void {
    if (change.kind === 'source') {
      const key = `${change.network} ${change.customer}`;
      if (change.fact === null) this.sources.delete(key);
      else this.sources.set(key, change.fact);
    } else if (change.kind === 'domain') {
      if (change.fact === null) this.domains.delete(change.name);
      else this.domains.set(change.name, change.fact);
    } else if (change.kind === 'grant') {
      const key = `${change.domain} ${change.customer}`;
      if (change.fact === null) this.grants.delete(key);
      else this.grants.add(key);
    }
  }

  holders(ip: string): SourceFact[] {
    const address = parseIp(ip);
    assert.ok(address);
    const host = networkOf(address, address.words.length * 32);
    const around = [...this.sources.values()].filter((fact) => {
      const network = parseNetwork(fact.network);
      return !('fault' in network) && containsNetwork(network, host);
    });
    const longest = Math.max(...around.map((fact) => Number(fact.network.split('/')[1])));
    return around.filter((fact) => Number(fact.network.split('/')[1]) === longest);
  }

  domain(name: string): DomainFact | undefined {
    const exact = this.domains.get(name);
    if (exact !== undefined) return exact;
    const labels = name.split('.');
    for (let i = 1; i < labels.length; i++) {
      const parent = this.domains.get(labels.slice(i).join('.'));
      if (parent?.subdomains === true) return parent;
    }
    return undefined;
  }
}

// Small pools of everything, so that things meet.
const holderName = fc.constantFrom('a', 'b', 'c');
const ip = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 10, 255), fc.nat(3), fc.constantFrom(0, 255), fc.nat(3))
    .map((octets) => octets.join('.')),
  fc.tuple(fc.constantFrom('::', '2001:db8::', 'ffff:ffff::'), fc.nat(3)).map(([head, tail]) => `${head}${tail}`),
);
const network = fc.tuple(ip, fc.double({ min: 0, max: 1, noNaN: true })).map(([text, share]) => {
  const address = parseIp(text);
  assert.ok(address);
  return formatNetwork(networkOf(address, Math.round(share * address.words.length * 32)));
});
const name = fc
  .array(fc.constantFrom('x', 'y', 'mail'), { minLength: 1, maxLength: 4 })
  .map((labels) => [...labels, 'test'].join('.'));

const change: fc.Arbitrary<DirectoryChange> = fc.oneof(
  fc.tuple(network, holderName, fc.boolean()).map(([net, holder, there]): DirectoryChange => {
    // Shared or not is decided by the network, as `apply` sees to it that all holders agree.
    const fact = there ? source(net, holder, net.length % 2 === 0) : null;
    return { kind: 'source', network: net, customer: holder as CustomerId, fact };
  }),
  fc.tuple(name, holderName, fc.boolean(), fc.boolean()).map(
    ([text, owner, there, subdomains]): DirectoryChange => ({
      kind: 'domain',
      name: text,
      fact: there ? domain(text, owner, { subdomains }) : null,
    }),
  ),
  fc.tuple(name, holderName, fc.boolean()).map(([text, id, there]): DirectoryChange => {
    const grant = { customer: id as CustomerId, domain: text, stream: '*', proof: 'p' };
    return { kind: 'grant', customer: grant.customer, domain: text, fact: there ? grant : null };
  }),
);

function agree(directory: DirectoryIndex, naive: NaiveDirectory, ips: string[], names: string[]): void {
  for (const text of ips) {
    const expected = naive.holders(text);
    const sort = (facts: readonly SourceFact[]) => facts.toSorted((a, b) => (a.customer < b.customer ? -1 : 1));
    assert.deepEqual(sort(directory.sources(text)), sort(expected), text);
    const match = directory.network(text);
    assert.equal(match?.network, expected[0]?.network, text);
    for (const id of ['a', 'b', 'c'] as CustomerId[]) {
      const fact = expected.find((one) => one.customer === id);
      assert.deepEqual(directory.holder(text, id), fact, `${text} ${id}`);
    }
  }
  for (const text of names) {
    assert.deepEqual(directory.domain(text), naive.domain(text), text);
    const grantees = ['a', 'b', 'c'].filter((id) => naive.grants.has(`${text} ${id}`));
    assert.deepEqual([...directory.grantees(text)].sort(), grantees, text);
  }
}

test('directory: any facts and any changes on top agree with a naive one', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 40 }),
      fc.array(change, { maxLength: 20 }),
      fc.array(ip, { minLength: 20, maxLength: 20 }),
      fc.array(name, { minLength: 10, maxLength: 10 }),
      (before, after, ips, names) => {
        const naive = new NaiveDirectory();
        for (const one of before) naive.take(one);
        const grants = [...naive.grants].map((key) => {
          const [granted = '', id = ''] = key.split(' ');
          return { customer: id as CustomerId, domain: granted, stream: '*', proof: 'p' };
        });
        const base = buildDirectoryBase({
          ...NOTHING,
          sources: naive.sources.values(),
          domains: naive.domains.values(),
          grants,
        });
        const directory = openDirectory(base);
        agree(directory, naive, ips, names);
        for (const one of after) naive.take(one);
        directory.update({ kind: 'changes', changes: after });
        agree(directory, naive, ips, names);
      },
    ),
    { numRuns: RUNS },
  );
});
