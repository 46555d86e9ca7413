import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import { acceptedEvent, type MailEvent, recipientEvent } from '../../mail/report/events.ts';
import { sampleAttempt, sampleMeta } from '../../mail/trace/sample-events.ts';
import type { TraceMessage } from '../../mail/trace/trace.ts';
import { maskedAddress, maskedMessage } from './masked-message.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const HIDDEN = { field: 'Received', before: 'from desk12.lan.acme.example ([10.1.2.3])' };
const BOTH = { subject: false, recipient: undefined };

function message(change: Parameters<typeof sampleMeta>[2] = {}): TraceMessage {
  const meta = sampleMeta(AT, 1, {
    subject: 'For bob@example.org',
    origin: { ip: '192.0.2.25', helo: 'mail.acme.example', login: 'alice-login' },
    inspection: [{ check: 'content', result: 'rule', verdict: 'tag', ms: 3, details: { rules: ['Secret project'] } }],
    ...change,
  });
  const text = 'bob: no such user; ask postmaster.bob@example.org or Bobby';
  const cause = { from: 'remote', stage: 'rcpt', host: 'mx1.example.org', reply: { code: 550, text } } as const;
  const bounced = recipientEvent(
    meta,
    { index: 0, address: 'bob@example.org' },
    { kind: 'bounced', cause, attempt: sampleAttempt(AT, 'mx1.example.org') },
    { at: AT },
  );
  assert.ok(bounced !== undefined);
  const accepted = acceptedEvent(meta, ['bob@example.org', 'carol@example.net'], { fields: [HIDDEN], more: 0 });
  const held: MailEvent = {
    type: 'message.held',
    at: AT,
    customer: meta.customer,
    id: meta.id,
    reason: 'operator',
    by: 'op@isp.example',
    note: 'asked by alice',
  };
  return {
    entry: {
      cursor: '2026-11-22:1',
      id: meta.id,
      at: new Date(AT).toISOString(),
      customer: meta.customer,
      direction: meta.direction,
      from: meta.sender,
      recipients: [
        { address: 'bob@example.org', status: 'bounced' },
        { address: 'carol@example.net', status: 'queued' },
      ],
      subject: 'For bob@example.org',
    },
    events: [accepted, held, bounced],
  };
}

test('of an address the first letter and the domain are left', () => {
  assert.deepEqual(
    ['bob@example.org', 'b@example.org', '', 'no-address', 'é.x@example.org', '"a@b"@example.org'].map(maskedAddress),
    ['b***@example.org', '***@example.org', '', '***', 'é***@example.org', '"***@example.org'],
  );
});

test('nothing of people, of the own network and of rules is in what strangers see', () => {
  const text = JSON.stringify(maskedMessage(message(), BOTH));
  for (const secret of ['alice', 'bob', 'carol', 'desk12', '192.0.2.25', 'op@isp', 'Secret', 'standard', 'For ']) {
    assert.ok(!text.toLowerCase().includes(secret.toLowerCase() === 'bob' ? 'bob@' : secret.toLowerCase()), secret);
  }
  const bounced = maskedMessage(message(), BOTH).events.at(-1);
  assert.ok(bounced !== undefined);
  const { reply } = bounced['cause'] as { reply: { text: string } };
  // A name within another word is not one.
  assert.equal(reply.text, '***: no such user; ask p***@example.org or Bobby');
});

test('a subject that is shown names nobody; one recipient alone is shown where one was chosen', () => {
  const shown = maskedMessage(message(), { subject: true, recipient: 1 });
  assert.equal(shown.subject, 'For b***@example.org');
  assert.deepEqual(shown.recipients, [{ index: 1, address: 'c***@example.net', status: 'queued' }]);
  assert.deepEqual(
    shown.events.map(({ type }) => type),
    ['message.accepted', 'message.held'],
  );
});

test('of mail to a customer its own mail host is not told of', () => {
  const text = JSON.stringify(maskedMessage(message({ direction: 'inbound', customer: 'acme' as CustomerId }), BOTH));
  assert.ok(!text.includes('mx1.example.org') && !text.includes('198.51.100.7'), text);
});
