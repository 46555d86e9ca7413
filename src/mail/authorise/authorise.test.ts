import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { editHeader, parseHeader } from '../../protocol/mime/header.ts';
import { makeScramKeys } from '../../protocol/sasl/scram.ts';
import { parseAddress } from '../../protocol/smtp/address.ts';
import type { ListenerRole } from '../accept/handler.ts';
import { forwardStamp } from '../deliver/forward-stamp.ts';
import type { CustomerId } from '../message.ts';
import { createQueueIds } from '../queue/queue-id.ts';
import { authoriseHeader, authoriseRecipient, authoriseSender, type MessageVerdict, takeTest } from './authorise.ts';
import type { CustomerFact, DomainFact, SharedProof } from './directory.ts';
import { buildDirectoryBase, openDirectory } from './directory-index.ts';
import { createForwardCheck } from './forward.ts';
import { provesItself } from './shared-proof.ts';
import { testToken } from './test-address.ts';
import { PLAIN_SETTINGS } from './testing/plain-settings.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const KEY = Buffer.alloc(32, 5);
const SECRET = '0123456789abcdef0123456789abcdef';
const scram = makeScramKeys('correct horse battery');

const customer = (id: string, more: Partial<CustomerFact> = {}): CustomerFact => ({
  id: id as CustomerId,
  name: id,
  state: 'live',
  pools: [],
  streams: [{ name: 'bulk', pools: [], match: { header: 'X-Stream', value: 'bulk' } }],
  mailhosts: [],
  ...PLAIN_SETTINGS,
  ...more,
});
const domain = (name: string, id: string, more: Partial<DomainFact> = {}): DomainFact => ({
  name,
  customer: id as CustomerId,
  outbound: true,
  inbound: true,
  subdomains: false,
  verified: true,
  ...more,
});
const shared = (network: string, id: string, proof: SharedProof) => ({
  network,
  customer: id as CustomerId,
  shared: proof,
});

// acme: its own network and a secret behind the cloud. beta: rewrites, sends with a login. cloud: behind the cloud with a
// header. loginonly: behind the cloud with nothing. gone, locked: not live.
const directory = openDirectory(
  buildDirectoryBase({
    customers: [
      customer('acme'),
      customer('beta', { foreignFrom: 'rewrite' }),
      customer('cloud'),
      customer('loginonly'),
      customer('locked', { state: 'suspended' }),
      customer('gone', { state: 'deactivated' }),
      customer('fwd', { forwards: 'srs' }),
      customer('fresh', { state: 'verifying', test: { token: 'fresh12345' } }),
    ],
    domains: [
      domain('acme.test', 'acme'),
      domain('wide.test', 'acme', { subdomains: true }),
      domain('new.test', 'acme', { verified: false }),
      domain('in.test', 'acme', { outbound: false }),
      domain('out.test', 'acme', { inbound: false }),
      domain('beta.test', 'beta'),
      domain('cloud.test', 'cloud'),
      domain('loginonly.test', 'loginonly'),
      domain('locked.test', 'locked'),
      domain('gone.test', 'gone'),
      domain('fwd.test', 'fwd'),
      domain('fresh.test', 'fresh'),
      domain('elsewhere.test', 'fwd', { inbound: false }),
    ],
    sources: [
      { network: '192.0.2.0/28', customer: 'acme' as CustomerId },
      { network: '192.0.2.16/28', customer: 'beta' as CustomerId },
      { network: '192.0.2.32/28', customer: 'locked' as CustomerId },
      { network: '192.0.2.48/28', customer: 'gone' as CustomerId },
      { network: '192.0.2.64/28', customer: 'fwd' as CustomerId },
      { network: '192.0.2.80/28', customer: 'fresh' as CustomerId },
      shared('40.92.0.0/16', 'fresh', { kind: 'header', name: 'X-Tenant', value: 'tenant-5' }),
      shared('40.92.0.0/16', 'acme', { kind: 'secret', name: 'X-Relay-Secret', sha256: hash('sha256', SECRET, 'hex') }),
      shared('40.92.0.0/16', 'cloud', { kind: 'header', name: 'X-Tenant', value: 'tenant-7' }),
      shared('40.92.0.0/16', 'loginonly', { kind: 'login' }),
      shared('40.92.0.0/16', 'locked', { kind: 'header', name: 'X-Tenant', value: 'tenant-9' }),
    ],
    grants: [
      { customer: 'beta' as CustomerId, domain: 'third.test', stream: 'bulk', proof: 'contract' },
      { customer: 'beta' as CustomerId, domain: 'other.test', stream: 'news', proof: 'contract' },
      { customer: 'cloud' as CustomerId, domain: 'acme.test', stream: '*', proof: 'letter' },
    ],
    logins: [
      { name: 'beta-user', customer: 'beta' as CustomerId, scram },
      { name: 'loginonly-user', customer: 'loginonly' as CustomerId, scram },
      { name: 'fwd-user', customer: 'fwd' as CustomerId, scram },
      { name: 'locked-user', customer: 'locked' as CustomerId, scram },
    ],
    recipients: ['old%site@acme.test', 'site!old@acme.test', 'old%site@beta.test'].map((address) => ({
      address,
      customer: 'acme' as CustomerId,
    })),
    pools: [],
  }),
);

interface Case {
  /** The sentence of the rule. */
  rule: string;
  /** Name or address, `as` login, `on` roles. */
  client: string;
  /** Empty: the null sender. */
  from: string;
  to: string[];
  /** Header lines; absent: From of the envelope. */
  header?: string[] | undefined;
  expected: string;
}

const OUT = 'bob@outside.test';
const secret = `X-Relay-Secret: ${SECRET}`;
const CLIENTS: Record<string, string> = {
  acme: '192.0.2.1',
  beta: '192.0.2.17',
  cloud: '40.92.1.1',
  fwd: '192.0.2.65',
  stranger: '203.0.113.9',
};

const stampId = createQueueIds({ node: 0, thread: 0, now: () => NOW })();
const stampOf = (id: string, author: string): string =>
  forwardStamp(stampId, { customer: id as CustomerId, author }, KEY).trimEnd();
const checks = {
  prove: provesItself,
  cameIn: createForwardCheck({ directory, key: KEY, validMs: 14 * 86_400_000, now: () => NOW + 1000 }),
};

const CASES = readFileSync(new URL('./authorise.cases', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): Case => {
    const [rule = '', client = '', from = '', to = '', header = '', expected = ''] = line.split(' | ');
    return {
      rule,
      client,
      from: from.slice(1, -1),
      to: to.split(', ').map((text) => (text === 'OUT' ? OUT : text)),
      header:
        header === ''
          ? undefined
          : header
              .replaceAll('SECRET', secret)
              .replaceAll(/STAMP\((\w+) (\S+)\)/g, (_, id, author) => stampOf(id, author))
              .split(' / '),
      expected,
    };
  });

function address(text: string) {
  const mailbox = parseAddress(text);
  assert.ok(mailbox, text);
  return mailbox;
}

function decide(one: Case): { expected: string; verdict?: MessageVerdict; octets: Buffer } {
  const lines = one.header ?? (one.from === '' ? [] : [`From: <${one.from}>`]);
  const octets = Buffer.from(`${[...lines, '', 'body'].join('\r\n')}\r\n`);
  const [, name = '', login, roles = 'outbound+inbound'] = /^(\S+)(?: as (\S+))?(?: on (\S+))?$/.exec(one.client) ?? [];
  const session = { ip: CLIENTS[name] ?? name, roles: roles.split('+') as ListenerRole[], login };
  const sender = authoriseSender(directory, session, one.from === '' ? undefined : address(one.from));
  if (sender.kind === 'refused') return { expected: `mail ${sender.reply.name} ${sender.reply.code}`, octets };
  let transaction = sender.transaction;
  for (const to of one.to) {
    const token = testToken(address(to).localPart);
    const step =
      token === undefined
        ? authoriseRecipient(directory, transaction, address(to))
        : takeTest(transaction, address(to), token);
    if (step.kind === 'refused') return { expected: `rcpt ${step.reply.name} ${step.reply.code}`, octets };
    transaction = step.transaction;
  }
  const verdict = authoriseHeader(directory, transaction, parseHeader(octets), checks);
  switch (verdict.kind) {
    case 'refused':
      return { expected: `header ${verdict.reply.name} ${verdict.reply.code}`, verdict, octets };
    case 'outbound':
      return { expected: `outbound ${verdict.customer.id} ${verdict.stream}`, verdict, octets };
    default:
      return { expected: `inbound ${verdict.customer.id}`, verdict, octets };
  }
}

describe('authorise', () => {
  for (const one of CASES) {
    test(one.rule, () => {
      assert.equal(decide(one).expected, one.expected);
    });
  }

  const edited = (one: Omit<Case, 'rule' | 'expected' | 'to'>): string => {
    const { verdict, octets } = decide({ ...one, rule: '', to: [OUT], expected: '' });
    assert.equal(verdict?.kind, 'outbound');
    return editHeader(octets, verdict?.kind === 'outbound' ? verdict.edits : []).toString();
  };

  test('rewriting puts the envelope sender into From and the author into Reply-To', () => {
    const header = ['Subject: x', 'From: "Bank"', '\t<x@bank.test>', 'To: y'];
    const text = edited({ client: 'beta', from: 'b@beta.test', header });
    assert.equal(
      text,
      'Subject: x\r\nFrom: <b@beta.test>\r\nReply-To: "Bank"\r\n\t<x@bank.test>\r\nTo: y\r\n\r\nbody\r\n',
    );
  });

  test('rewriting leaves a Reply-To that is there', () => {
    const text = edited({ client: 'beta', from: 'b@beta.test', header: ['From: x@bank.test', 'Reply-To: z@z.test'] });
    assert.equal(text, 'From: <b@beta.test>\r\nReply-To: z@z.test\r\n\r\nbody\r\n');
  });

  test('a secret is taken out, however it proved itself', () => {
    const header = ['X-Relay-Secret: 0123456789abcdef', '\t0123456789abcdef', 'From: a@acme.test'];
    // Folded, the value has a tab inside: no proof, and nothing is delivered with it.
    assert.equal(
      decide({ rule: '', client: 'cloud', from: 'a@acme.test', to: [OUT], header, expected: '' }).expected,
      'header proofMissing 550',
    );
    assert.equal(
      edited({ client: 'cloud', from: 'a@acme.test', header: [secret, 'From: a@acme.test'] }),
      'From: a@acme.test\r\n\r\nbody\r\n',
    );
  });

  test('a secret does not reach another customer either', () => {
    const header = [secret, 'From: x@gmail.test'];
    const to = ['b@beta.test'];
    const { expected, verdict, octets } = decide({
      rule: '',
      client: 'cloud',
      from: 'x@gmail.test',
      to,
      header,
      expected: '',
    });
    assert.equal(expected, 'inbound beta');
    const edits = verdict?.kind === 'inbound' ? verdict.edits : [];
    assert.equal(editHeader(octets, edits).toString(), 'From: x@gmail.test\r\n\r\nbody\r\n');
  });

  test('the stamp that showed a forward goes no further', () => {
    const header = [stampOf('fwd', 'x@gmail.test'), 'From: x@gmail.test'];
    assert.equal(edited({ client: 'fwd', from: 'x@gmail.test', header }), 'From: x@gmail.test\r\n\r\nbody\r\n');
    assert.equal(edited({ client: 'fwd', from: 'u@fwd.test', header }), 'From: x@gmail.test\r\n\r\nbody\r\n');
  });

  test('nothing is changed where nothing needs to be', () => {
    const { verdict } = decide({ rule: '', client: 'acme', from: 'a@acme.test', to: [OUT], expected: '' });
    assert.deepEqual(verdict?.kind === 'outbound' && verdict.edits, []);
  });

  test('a change is in force at the next MAIL, in the same session', () => {
    const session = { ip: '198.51.100.1', roles: ['outbound'] as const };
    const fact = { network: '198.51.100.1/32', customer: 'acme' as CustomerId };
    assert.equal(authoriseSender(directory, session, address('a@acme.test')).kind, 'refused');
    directory.update({
      kind: 'changes',
      changes: [{ kind: 'source', network: fact.network, customer: fact.customer, fact }],
    });
    assert.equal(authoriseSender(directory, session, address('a@acme.test')).kind, 'accepted');
    directory.update({
      kind: 'changes',
      changes: [{ kind: 'source', network: fact.network, customer: fact.customer, fact: null }],
    });
    assert.equal(authoriseSender(directory, session, address('a@acme.test')).kind, 'refused');
  });
});

test('mail that came in with an author of the customer, and goes out by its sender, is known for that', () => {
  const from = 'x@fwd.test';
  const cameIn = (header: string[]) => {
    const { verdict } = decide({ rule: '', client: 'fwd', from, to: [OUT], header, expected: '' });
    return verdict?.kind === 'outbound' && verdict.cameIn;
  };
  assert.equal(cameIn([`From: <${from}>`, stampOf('fwd', from)]), true);
  assert.equal(cameIn([`From: <${from}>`]), undefined);
  assert.equal(cameIn([`From: <list@fwd.test>`, stampOf('fwd', from)]), undefined, 'a list that writes its own From');
  assert.equal(cameIn([`From: <${from}>`, stampOf('acme', from)]), undefined);
});

test('a header made to be slow does not hold up the search for what a message was received for', () => {
  const header = parseHeader(
    Buffer.from(`Delivered-To: ${'a'.repeat(200_000)}\r\nX-Forwarded-For: ${'a@'.repeat(100_000)}\r\n`),
  );
  const before = performance.now();
  const author = { name: '', localPart: 'x', domain: 'there.test' };
  assert.equal(checks.cameIn(customer('acme', { forwards: 'srs' }), header, author), undefined);
  assert.ok(performance.now() - before < 1000);
});
