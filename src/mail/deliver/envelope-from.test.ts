import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeader } from '../../protocol/mime/header.ts';
import type { CustomerFact } from '../authorise/directory.ts';
import type { CustomerId, MessageMeta } from '../message.ts';
import { createQueueIds } from '../queue/queue-id.ts';
import { envelopeFrom, recipientsATransaction, senderOnWire } from './envelope-from.ts';
import { forwardStamp, hasForwardStamp } from './forward-stamp.ts';
import { readReturnTag } from './return-tag.ts';

const key = Buffer.alloc(32, 3);
const NOW = Date.parse('2026-11-22T12:00:00Z');
const id = createQueueIds({ node: 0, thread: 0, now: () => NOW })();
const options = { key, domain: 'bounce.test', now: NOW };
const customer = (more: Partial<CustomerFact>) => ({ id: 'acme', returnPath: 'sender', ...more }) as CustomerFact;
const usual = { id, customer: customer({}), sender: 'a@acme.test', foreignSender: false, recipients: 1 };
const tagIn = (address: string | undefined) => {
  const answer = readReturnTag(address?.split('@')[0] ?? '', { key, now: NOW, validMs: 1000 });
  return answer.kind === 'tag' ? answer.tag : undefined;
};

test('the sender is said as it is, unless a setting says otherwise', () => {
  assert.equal(envelopeFrom(usual, options), undefined);
});

test('a customer’s return path may be ours: for its one recipient, or for the message', () => {
  const relay = { ...usual, customer: customer({ returnPath: 'relay' }) };
  assert.deepEqual(tagIn(envelopeFrom(relay, options)), { id, index: 0 });
  assert.deepEqual(tagIn(envelopeFrom({ ...relay, recipients: 3 }, options)), { id });
  assert.equal(envelopeFrom({ ...relay, sender: '' }, options), undefined, 'the null sender stays null');
});

test('a forward has an SRS address, or a tag where its sender is too long for one', () => {
  const forward = { ...usual, foreignSender: true };
  assert.match(
    envelopeFrom({ ...forward, sender: 'x@gmail.test' }, options) ?? '',
    /^SRS0=.*=gmail\.test=x@bounce\.test$/,
  );
  const long = `${'x'.repeat(50)}@gmail.test`;
  assert.deepEqual(tagIn(envelopeFrom({ ...forward, sender: long }, options)), { id, index: 0 });
  assert.equal(envelopeFrom({ ...forward, sender: 'bounce-x@Bounce.test' }, options), undefined, 'ours already');
});

test('a transaction with one of several recipients has a tag of its own', () => {
  const tagged = envelopeFrom({ ...usual, customer: customer({ returnPath: 'relay' }), recipients: 3 }, options);
  const meta = { id, sender: 'a@acme.test', stream: 'business', envelopeFrom: tagged } as MessageMeta;
  assert.deepEqual(tagIn(senderOnWire(meta, [{ index: 2 }], key)), { id, index: 2 });
  assert.equal(senderOnWire(meta, [{ index: 0 }, { index: 2 }], key), tagged);
  assert.equal(
    senderOnWire({ ...meta, envelopeFrom: 'SRS0=x@bounce.test' }, [{ index: 0 }], key),
    'SRS0=x@bounce.test',
  );
  const { envelopeFrom: _none, ...plain } = meta;
  assert.equal(senderOnWire(plain, [{ index: 0 }], key), 'a@acme.test');
  assert.equal(recipientsATransaction(meta, 50), 50);
  assert.equal(recipientsATransaction({ ...meta, stream: 'bulk' }, 50), 1, 'bulk: each recipient its own');
  assert.equal(recipientsATransaction({ ...plain, stream: 'bulk' }, 50), 50);
});

test('a stamp vouches for a customer and an author, and for its time', () => {
  const facts = { customer: 'acme' as CustomerId, author: 'x@gmail.test' };
  const header = (text: string) => parseHeader(Buffer.from(`${text}From: x@gmail.test\r\n\r\n`));
  const stamp = forwardStamp(id, facts, key);
  const at = { key, now: NOW, validMs: 1000 };
  assert.equal(hasForwardStamp(header(stamp), facts, at), true);
  assert.equal(
    hasForwardStamp(header(stamp.toUpperCase().replace(/: .*/s, stamp.slice(stamp.indexOf(':')))), facts, at),
    true,
  );
  assert.equal(hasForwardStamp(header(stamp), facts, { ...at, now: NOW + 1001 }), false);
  assert.equal(hasForwardStamp(header(stamp), { ...facts, author: 'y@gmail.test' }, at), false);
  assert.equal(hasForwardStamp(header(stamp), { ...facts, customer: 'beta' as CustomerId }, at), false);
  assert.equal(hasForwardStamp(header(stamp), facts, { ...at, key: Buffer.alloc(32) }), false);
  const younger = createQueueIds({ node: 0, thread: 1, now: () => NOW })();
  assert.equal(hasForwardStamp(header(stamp.replace(id, younger)), facts, at), false, 'the id is bound too');
  assert.equal(hasForwardStamp(header('X-Easymail-Received: nonsense\r\n'), facts, at), false);
});
