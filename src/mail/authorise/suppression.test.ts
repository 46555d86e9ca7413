import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerId } from '../message.ts';
import { authoriseRecipient, authoriseSender } from './authorise.ts';
import type { DirectoryFacts, SuppressionFact } from './directory.ts';
import { buildDirectoryBase, openDirectory } from './directory-index.ts';
import { relayCustomer } from './relay-customer.ts';
import { mayBeHeldFor, readSuppressedAddress, suppressionRefusal } from './suppression.ts';

const acme = 'acme' as CustomerId;
const AT = Date.parse('2026-11-20T10:00:00Z');

function factsWith(suppressions: SuppressionFact[]): DirectoryFacts {
  const domain = (name: string, customer: CustomerId) => ({
    name,
    customer,
    outbound: true,
    inbound: true,
    subdomains: false,
    verified: true,
  });
  return {
    customers: [{ ...relayCustomer, id: acme }],
    domains: [domain('acme.test', acme)],
    sources: [{ network: '192.0.2.1/32', customer: acme }],
    grants: [],
    logins: [],
    pools: [],
    suppressions,
  };
}

const gone: SuppressionFact = { customer: acme, address: 'gone@b.test', reason: 'invalid_address', at: AT };

test('an address as suppressions know it', () => {
  assert.equal(readSuppressedAddress('Anna.B@BÜCHER.test'), 'anna.b@xn--bcher-kva.test');
  assert.equal(readSuppressedAddress('"Two Words"@b.test'), '"two words"@b.test');
  for (const text of ['', 'postmaster', 'a@[192.0.2.1]', 'a@b c', '@b.test']) {
    assert.equal(readSuppressedAddress(text), undefined, text);
  }
});

test('nothing is looked up where nothing is suppressed', () => {
  const directory = openDirectory(buildDirectoryBase(factsWith([])));
  assert.equal(directory.hasSuppressions, false);
  assert.equal(directory.suppression(acme, 'gone@b.test'), undefined);
});

test('from the base, from a change, and gone again', () => {
  const directory = openDirectory(buildDirectoryBase(factsWith([gone])));
  assert.deepEqual(directory.suppression(acme, 'gone@b.test'), gone);
  assert.equal(directory.suppression('other' as CustomerId, 'gone@b.test'), undefined);
  const late: SuppressionFact = { customer: acme, address: 'late@b.test', reason: 'complaint', at: AT };
  const key = { kind: 'suppression', customer: acme } as const;
  directory.update({ kind: 'changes', changes: [{ ...key, address: 'late@b.test', fact: late }] });
  assert.deepEqual(directory.suppression(acme, 'late@b.test'), late);
  directory.update({ kind: 'changes', changes: [{ ...key, address: 'gone@b.test', fact: null }] });
  assert.equal(directory.suppression(acme, 'gone@b.test'), undefined);
  directory.update({ kind: 'base', base: buildDirectoryBase(factsWith([])) });
  assert.equal(directory.suppression(acme, 'late@b.test'), undefined);
});

test('at RCPT: outbound is refused with since when and why; inbound and other recipients are not concerned', () => {
  const directory = openDirectory(buildDirectoryBase(factsWith([gone, { ...gone, address: 'own@acme.test' }])));
  const session = { ip: '192.0.2.1', roles: ['outbound', 'inbound'] as const };
  const mail = (ip: string, sender: string) =>
    authoriseSender(directory, { ...session, ip }, { text: sender, domain: sender.split('@')[1] ?? '' });
  const rcpt = (from: ReturnType<typeof mail>, text: string) => {
    assert.equal(from.kind, 'accepted');
    if (from.kind !== 'accepted') return undefined;
    return authoriseRecipient(directory, from.transaction, { text, domain: text.split('@')[1]?.toLowerCase() ?? '' });
  };
  const refused = rcpt(mail('192.0.2.1', 'a@acme.test'), 'GONE@b.test');
  assert.equal(refused?.kind, 'refused');
  if (refused?.kind === 'refused') {
    assert.equal(refused.reply.name, 'recipientSuppressed');
    assert.equal(refused.reply.code, 550);
    assert.match(
      refused.reply.lines.join(' '),
      /suppressed since 2026-11-20 \(its server said that it does not exist\); .* lift it/,
    );
  }
  assert.equal(rcpt(mail('192.0.2.1', 'a@acme.test'), 'here@b.test')?.kind, 'accepted');
  assert.equal(rcpt(mail('198.51.100.9', 'x@b.test'), 'own@acme.test')?.kind, 'accepted', 'inbound');
});

test('a hundred thousand entries are found in a microsecond or two each', () => {
  const many = Array.from({ length: 100_000 }, (_, i): SuppressionFact => ({ ...gone, address: `user${i}@b.test` }));
  const directory = openDirectory(buildDirectoryBase(factsWith(many)));
  const begun = performance.now();
  for (let i = 0; i < 20_000; i++) assert.notEqual(directory.suppression(acme, `user${i * 5}@b.test`), undefined);
  assert.ok((performance.now() - begun) / 20_000 < 0.1, 'more than a tenth of a millisecond each');
  assert.equal(suppressionRefusal(directory, acme, { text: 'user7x@b.test', domain: 'b.test' }), undefined);
});

test('what the queue holds for an address is found however the address was written', () => {
  assert.deepEqual(mayBeHeldFor('bob@example.org'), { to: 'bob@example.org' });
  // The queue has `bob@bücher.example`, and lower() of SQL knows ASCII alone.
  const label = readSuppressedAddress('bob@bücher.example') ?? '';
  assert.deepEqual(mayBeHeldFor(label), { destination: 'xn--bcher-kva.example' });
  const local = readSuppressedAddress('JÜRGEN@example.org') ?? '';
  assert.deepEqual(mayBeHeldFor(local), { destination: 'example.org' });
});
