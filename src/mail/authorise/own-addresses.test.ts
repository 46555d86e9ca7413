import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseHeader } from '../../protocol/mime/header.ts';
import { type Mailbox, parseAddress, parsePath } from '../../protocol/smtp/address.ts';
import { srsForward } from '../../protocol/srs/srs.ts';
import { makeReturnTag } from '../deliver/return-tag.ts';
import { type CustomerId, type QueueId, RELAY_CUSTOMER } from '../message.ts';
import { createQueueIds } from '../queue/queue-id.ts';
import type { AcceptedEvent } from '../report/events.ts';
import { authoriseHeader, authoriseRecipient, authoriseSender, type Transaction } from './authorise.ts';
import type { CustomerFact } from './directory.ts';
import { buildDirectoryBase, openDirectory } from './directory-index.ts';
import { createOwnAddresses, type OwnAddressesOptions, type OwnVerdict } from './own-addresses.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const KEY = Buffer.alloc(32, 6);
const acme = 'acme' as CustomerId;
const paused = 'paused' as CustomerId;

const customer = (id: CustomerId): CustomerFact => ({
  id,
  name: id,
  state: 'live',
  pools: [],
  streams: [],
  mailhosts: [],
  foreignFrom: 'refuse',
  hide: 'off',
  forwards: 'srs',
  returnPath: 'relay',
  recipientCheck: 'none',
  language: 'en',
});

const directory = openDirectory(
  buildDirectoryBase({
    customers: [customer(acme), { ...customer(paused), state: 'suspended' }],
    domains: [
      { name: 'acme.test', customer: acme, outbound: true, inbound: true, subdomains: true, verified: true },
      { name: 'paused.test', customer: paused, outbound: true, inbound: true, subdomains: false, verified: true },
    ],
    sources: [{ network: '192.0.2.0/28', customer: acme }],
    grants: [],
    logins: [],
    recipients: [{ address: 'old%site@acme.test', customer: acme }],
    pools: [{ name: 'standard', addresses: [{ ip: '192.0.2.99', hostname: 'Out1.relay.test', state: 'active' }] }],
  }),
);

const id = createQueueIds({ node: 0, thread: 0, now: () => NOW - HOUR / 2 })();
const old = createQueueIds({ node: 0, thread: 0, now: () => NOW - 2 * HOUR })();
const accepted = (sender: string, recipients: string[]): AcceptedEvent => ({
  type: 'message.accepted',
  at: NOW - HOUR / 2,
  customer: acme,
  id,
  meta: {
    direction: 'outbound',
    stream: 'business',
    sender,
    acceptedAt: NOW - HOUR / 2,
    size: 1,
    origin: { ip: '192.0.2.1', helo: 'mail.acme.test' },
    eightBit: false,
    smtpUtf8: false,
    recipientCount: recipients.length,
  },
  recipients,
});

function own(more: Partial<OwnAddressesOptions> = {}) {
  return createOwnAddresses({
    directory,
    names: ['relay.test', 'example.lu'],
    bounceDomain: 'bounce.test',
    testDomain: 'relay.test',
    postmaster: ['it@ops.test', 'night@acme.test'],
    key: KEY,
    validMs: 14 * DAY,
    now: () => NOW,
    wait: () => Promise.resolve(),
    accepted: (one) => (one === id ? accepted('a@acme.test', ['b@example.org']) : undefined),
    ...more,
  });
}

function begun(from: string, client: 'stranger' | 'acme' = 'stranger'): Transaction {
  const ip = client === 'acme' ? '192.0.2.1' : '203.0.113.9';
  const sender = from === '' ? undefined : mailbox(from);
  const verdict = authoriseSender(directory, { ip, roles: ['outbound', 'inbound'] }, sender);
  assert.equal(verdict.kind, 'accepted');
  return (verdict as { transaction: Transaction }).transaction;
}

function mailbox(text: string): Mailbox {
  const path = parsePath(`<${text}>`, 0, 'rcpt');
  assert.ok(path?.kind === 'mailbox', text);
  return path.mailbox;
}

function atOnce(given: OwnVerdict | Promise<OwnVerdict> | undefined): OwnVerdict | undefined {
  assert.ok(!(given instanceof Promise), 'answered at once');
  return given;
}

/** `to CUSTOMER: recipients`, the name of the reply, or nothing. */
function taken(to: string, from = '', parts = own(), client: 'stranger' | 'acme' = 'stranger') {
  const verdict = atOnce(parts.take(begun(from, client), mailbox(to)));
  if (verdict === undefined) return undefined;
  if (verdict.kind === 'refused') return verdict.reply.name;
  const { way } = verdict.transaction;
  const customer = way?.direction === 'inbound' ? way.customer : way?.direction;
  return `to ${customer}: ${verdict.recipients.map(({ text }) => text).join(', ')}`;
}

const toOperator = `to ${RELAY_CUSTOMER}: it@ops.test, night@acme.test`;
const srsOf = (sender: string, now = NOW) => {
  const { localPart, domain } = mailbox(sender);
  const address = srsForward({ localPart, domain }, { key: KEY, domain: 'bounce.test', now });
  assert.ok(address !== undefined);
  return address;
};
const tagOf = (tag: { id: QueueId; index?: number }, key: Uint8Array = KEY) => `${makeReturnTag(tag, key)}@bounce.test`;

describe('postmaster and abuse', () => {
  test('of every name that the relay uses reach the operator, from anybody', () => {
    for (const to of [
      'postmaster@relay.test',
      'Abuse@relay.test',
      'POSTMASTER@out1.relay.test',
      'abuse@bounce.test',
      'postmaster@example.lu',
      'Postmaster',
    ]) {
      assert.equal(taken(to), toOperator, to);
      assert.equal(taken(to, 'x@gmail.test'), toOperator, to);
      assert.equal(taken(to, 'a@acme.test', own(), 'acme'), toOperator, to);
      assert.equal(taken(to, 'x@gmail.test', own(), 'acme'), toOperator, to);
    }
  });

  test('of other names, and other people at ours, are not taken here', () => {
    for (const to of ['postmaster@acme.test', 'postmaster@gmail.test', 'root@relay.test', 'a@out1.relay.test']) {
      assert.equal(taken(to), undefined, to);
    }
  });

  test('both in one transaction are one mail; nothing else goes with them', () => {
    const parts = own();
    const first = atOnce(parts.take(begun('x@gmail.test'), mailbox('postmaster@relay.test')));
    assert.ok(first?.kind === 'accepted');
    const second = atOnce(parts.take(first.transaction, mailbox('abuse@relay.test')));
    assert.deepEqual(second?.kind === 'accepted' && second.recipients, []);
    const other = authoriseRecipient(directory, first.transaction, mailbox('a@acme.test'));
    assert.equal(other.kind === 'refused' && other.reply.name, 'otherTransaction');
    const certain = atOnce(parts.take(begun('a@acme.test', 'acme'), mailbox('postmaster@relay.test')));
    assert.ok(certain?.kind === 'accepted');
    const outside = authoriseRecipient(directory, certain.transaction, mailbox('x@gmail.test'));
    assert.equal(outside.kind === 'refused' && outside.reply.name, 'otherTransaction', 'also for mail that may go out');
    const outbound = authoriseRecipient(directory, begun('a@acme.test', 'acme'), mailbox('x@gmail.test'));
    assert.ok(outbound.kind === 'accepted');
    const after = atOnce(parts.take(outbound.transaction, mailbox('postmaster@relay.test')));
    assert.equal(after?.kind === 'refused' && after.reply.name, 'otherTransaction');
  });

  test('need no From of the customer: they are inbound mail', () => {
    const verdict = atOnce(own().take(begun('a@acme.test', 'acme'), mailbox('postmaster@relay.test')));
    assert.ok(verdict?.kind === 'accepted');
    const header = parseHeader(Buffer.from('From: x@bank.test\r\n\r\n'));
    const message = authoriseHeader(directory, verdict.transaction, header);
    assert.equal(message.kind, 'inbound');
    assert.equal(message.kind === 'inbound' && message.customer.id, RELAY_CUSTOMER);
  });

  test('while nobody is named, the sender is told to come later', () => {
    assert.equal(taken('postmaster@relay.test', '', own({ postmaster: [] })), 'operatorUnset');
    const round = own({ postmaster: ['abuse@relay.test', 'postmaster@out1.relay.test', 'x@bounce.test'] });
    assert.equal(taken('postmaster@relay.test', '', round), 'operatorUnset', 'addresses of ours would go round');
  });

  test('a flood of it ends', () => {
    const parts = own();
    const answers = Array.from({ length: 101 }, () => taken('postmaster@relay.test', '', parts));
    assert.equal(answers[99], toOperator);
    assert.equal(answers[100], 'tooManyReturns');
    assert.equal(taken('postmaster@relay.test', '', parts, 'acme'), toOperator, 'of one client alone');
  });

  test('a host of IPv6 is one client, whatever addresses it takes', () => {
    const parts = own();
    const from = (ip: string) => {
      const session = { ip, roles: ['inbound'] } as const;
      const verdict = authoriseSender(directory, session, undefined);
      assert.ok(verdict.kind === 'accepted');
      return atOnce(parts.take(verdict.transaction, mailbox('postmaster@relay.test')))?.kind;
    };
    const kinds = Array.from({ length: 101 }, (_, i) => from(`2001:db8:1:2::${i + 1}`));
    assert.equal(kinds[99], 'accepted');
    assert.equal(kinds[100], 'refused');
    assert.equal(from('2001:db8:1:3::1'), 'accepted');
  });

  test('an answer to a notice is refused with a word', () => {
    assert.equal(taken('mailer-daemon@relay.test', 'x@gmail.test'), 'nobodyReads');
  });
});

describe('SRS addresses', () => {
  test('lead nowhere beyond a customer’s domain: its mail host trusts us', () => {
    for (const sender of ['x%outside.test@acme.test', 'outside.test!x@acme.test']) {
      assert.equal(taken(srsOf(sender)), 'relayDenied', sender);
      const forwarded = accepted(sender, ['b@example.org']);
      const of = (forward: boolean) =>
        own({ accepted: () => ({ ...forwarded, meta: { ...forwarded.meta, ...(forward && { forward: true }) } }) });
      assert.equal(taken(tagOf({ id }), '', of(true)), 'relayDenied', sender);
      assert.equal(taken(tagOf({ id }), '', of(false)), `to acme: ${sender}`, 'its own sender is its own affair');
    }
    assert.equal(taken(srsOf('old%site@acme.test')), 'to acme: old%site@acme.test', 'a mailbox on its list');
    assert.equal(taken(srsOf('x%y@gmail.test')), `to ${RELAY_CUSTOMER}: x%y@gmail.test`);
  });

  test('lead a bounce back to the original sender', () => {
    assert.equal(taken(srsOf('x@gmail.test')), `to ${RELAY_CUSTOMER}: x@gmail.test`);
    assert.equal(taken(srsOf('x@gmail.test'), 'MAILER-DAEMON@mx.test'), `to ${RELAY_CUSTOMER}: x@gmail.test`);
    assert.equal(taken(srsOf('x@gmail.test'), '', own(), 'acme'), `to ${RELAY_CUSTOMER}: x@gmail.test`);
    assert.equal(taken(srsOf('a@acme.test')), 'to acme: a@acme.test', 'a customer’s own mail goes to its mail host');
  });

  test('lead nothing past a suspension of the customer whom the sender belongs to', () => {
    const verdict = atOnce(own().take(begun(''), mailbox(srsOf('u@paused.test'))));
    assert.ok(verdict?.kind === 'accepted');
    const header = parseHeader(Buffer.from('From: mailer-daemon@mx.test\r\n\r\n'));
    const message = authoriseHeader(directory, verdict.transaction, header);
    assert.equal(message.kind === 'refused' && message.reply.name, 'recipientSuspended');
  });

  test('take nothing else: they are no open relay', () => {
    assert.equal(taken(srsOf('x@gmail.test'), 'spammer@gmail.test'), 'returnOnlyReports');
    assert.equal(taken(srsOf('x@gmail.test').replace('=x', '=y')), 'returnUnknown');
    assert.equal(taken('SRS0=abcd=xy=gmail.test=x@bounce.test'), 'returnUnknown');
    assert.equal(taken(srsOf('x@gmail.test').replace('bounce.test', 'relay.test')), undefined);
  });

  test('end with their time, and by their number', () => {
    assert.equal(taken(srsOf('x@gmail.test', NOW - 16 * DAY)), 'returnExpired');
    const parts = own();
    const answers = Array.from({ length: 21 }, () => taken(srsOf('x@gmail.test'), '', parts));
    assert.equal(answers.at(-1), 'tooManyReturns');
    assert.equal(taken(srsOf('x@gmail.test').replace('=x@', '=X@'), '', parts), 'tooManyReturns', 'in any case');
  });

  test('of an address of ours are refused: a bounce would go round', () => {
    assert.equal(taken(srsOf('postmaster@relay.test')), 'returnUnknown');
  });
});

describe('tags', () => {
  test('lead back to the sender of their message', () => {
    assert.equal(taken(tagOf({ id, index: 0 })), 'to acme: a@acme.test');
    assert.equal(taken(tagOf({ id })), 'to acme: a@acme.test');
    const verdict = atOnce(own().take(begun('x@gmail.test'), mailbox(tagOf({ id, index: 0 }))));
    assert.ok(verdict?.kind === 'accepted');
    assert.equal(verdict.returned?.automaticOnly, true, 'a person’s answer is looked at again in the header');
    assert.equal(verdict.returned.accepted.recipients[0], 'b@example.org');
  });

  test('are nobody else’s', () => {
    assert.equal(taken(tagOf({ id, index: 0 }, Buffer.alloc(32, 1))), 'returnUnknown');
    assert.equal(taken(tagOf({ id, index: 1 })), 'returnUnknown', 'no such recipient');
    assert.equal(taken(tagOf({ id, index: 0 }), '', own({ now: () => NOW + 14 * DAY })), 'returnExpired');
    assert.equal(taken(tagOf({ id: old })), 'returnUnknown', 'the trace does not know it');
  });

  test('of a message that the trace was not told of yet are looked for again, then told to come later', async () => {
    const young = createQueueIds({ node: 0, thread: 1, now: () => NOW - 1000 })();
    let looks = 0;
    const known = (after: number) =>
      own({
        accepted: (one) => {
          looks += 1;
          return one === young && looks > after ? accepted('a@acme.test', ['b@example.org']) : undefined;
        },
      });
    const to = mailbox(tagOf({ id: young, index: 0 }));
    const soon = await known(3).take(begun(''), to);
    assert.equal(soon?.kind === 'accepted' && soon.recipients[0]?.text, 'a@acme.test');
    assert.equal(looks, 4);
    const never = await known(1000).take(begun(''), to);
    assert.equal(never?.kind === 'refused' && never.reply.name, 'localError');
  });

  test('are alone in their transaction', () => {
    const parts = own();
    const first = atOnce(parts.take(begun(''), mailbox(tagOf({ id }))));
    assert.ok(first?.kind === 'accepted');
    for (const to of [tagOf({ id }), 'postmaster@relay.test', srsOf('x@gmail.test')]) {
      const next = atOnce(parts.take(first.transaction, mailbox(to)));
      assert.equal(next?.kind === 'refused' && next.reply.name, 'otherTransaction', to);
    }
  });

  test('take so many returns an hour', () => {
    let now = NOW;
    const parts = own({ now: () => now });
    const answers = Array.from({ length: 22 }, () => taken(tagOf({ id }), '', parts));
    assert.equal(answers.at(-2), 'to acme: a@acme.test');
    assert.equal(answers.at(-1), 'tooManyReturns');
    now += HOUR;
    assert.equal(taken(tagOf({ id }), '', parts), 'to acme: a@acme.test');
  });

  test('a fault of the trace is told to the caller, who answers 451', () => {
    const broken = own({
      accepted: () => {
        throw new Error('disk');
      },
    });
    assert.throws(() => taken(tagOf({ id }), '', broken), /disk/);
  });
});

test('a tag in a report to the operator names its message', () => {
  assert.equal(own().find(tagOf({ id, index: 0 }))?.accepted.id, id);
  for (const address of [
    tagOf({ id, index: 1 }),
    tagOf({ id }, Buffer.alloc(32)),
    tagOf({ id: old }),
    'a@acme.test',
    '',
  ]) {
    assert.equal(own().find(address), undefined, address);
  }
  assert.equal(own().find(tagOf({ id }).replace('bounce.test', 'relay.test')), undefined);
});

test('an address that a customer could have is none of ours', () => {
  assert.equal(taken('bounce-list@bounce.test'), undefined);
  assert.equal(parseAddress('postmaster'), undefined);
});
