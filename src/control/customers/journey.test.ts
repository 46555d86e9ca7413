// What a customer is shown of the journey of its test messages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt, CustomerId, QueueId } from '../../mail/message.ts';
import type { RecipientEvent } from '../../mail/report/events.ts';
import { journeyOf } from './journey.ts';

const acme = 'acme' as CustomerId;
const attempt: Attempt = {
  number: 1,
  at: 1000,
  durationMs: 12,
  host: 'mail.acme.test',
  ip: '198.51.100.7',
  mailHostOf: acme,
  tls: { version: 'TLSv1.3', cipher: 'x', verified: true },
  conversation: [],
};
const event = (more: Partial<RecipientEvent>): RecipientEvent => ({
  type: 'message.recipient.delivered',
  at: 1000,
  customer: acme,
  id: '0p2k8mzqk3t1c9d4e' as QueueId,
  direction: 'inbound',
  sender: '',
  index: 0,
  recipient: 'postmaster@acme.test',
  ...more,
});

test('its own mail host is named, another customer’s is not', () => {
  const delivered = event({ attempt, reply: { code: 250, enhanced: '2.0.0', text: 'Ok' } });
  const [own] = journeyOf([delivered], acme);
  assert.deepEqual([own?.host, own?.tls, own?.reply], ['mail.acme.test', 'TLSv1.3', '250 2.0.0 Ok']);
  const [others] = journeyOf([delivered], 'globex' as CustomerId);
  assert.deepEqual([others?.host, others?.ip, others?.tls], [undefined, undefined, undefined]);
});

test('what the other side said and what we concluded stay apart', () => {
  const reply = { code: 451, text: 'later' };
  const cause = { from: 'remote', stage: 'rcpt', host: 'mail.acme.test', reply } as const;
  const steps = journeyOf(
    [
      event({ type: 'message.recipient.deferred', cause, nextAttemptAt: 2000 }),
      event({ type: 'message.recipient.bounced', cause: { from: 'us', cause: 'loop' } }),
    ],
    acme,
  );
  assert.deepEqual(
    steps.map((step) => [step.reply, step.cause, step.nextAttemptAt]),
    [
      ['451 later', undefined, 2000],
      [undefined, 'loop', undefined],
    ],
  );
});
