import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeader } from '../../../protocol/mime/header.ts';
import { type CustomerId, type QueueId, RELAY_CUSTOMER } from '../../message.ts';
import { beginInspection, type InspectedMessage } from '../inspection.ts';
import { type ListedName, type ListedSender, listedSenderKey } from '../listed-senders.ts';
import { BUILT_IN } from '../protection.ts';
import { sendersCheck } from './senders.ts';

const BLOCKED: ListedName = { customer: 'acme', direction: 'inbound', recipient: '', sender: '@.evil.example' };
const ENTRY: ListedSender = { id: 'snd_1', list: 'block' };
const check = sendersCheck({
  protection: (key) => (key === listedSenderKey(BLOCKED) ? ENTRY : undefined),
});

function message(more: Partial<InspectedMessage>): InspectedMessage {
  return {
    id: 'a'.repeat(16) as QueueId,
    customer: 'acme' as CustomerId,
    direction: 'inbound',
    stream: 'business',
    sender: 'x@evil.example',
    recipients: ['a@acme.test'],
    origin: { ip: '192.0.2.1', helo: 'x' },
    header: parseHeader(Buffer.from('Subject: x\r\n\r\n')),
    settings: BUILT_IN.inbound,
    at: 0,
    ...more,
  };
}

const CONTENT = { size: 0, bytes: async () => new Uint8Array(), async *stream() {} };

test('a blocked sender is refused, and the trace says by which entry', async () => {
  for (const sender of ['x@evil.example', 'x@a.b.EVIL.example']) {
    const found = await beginInspection([check], message({ sender }))?.end(CONTENT);
    assert.equal(found?.verdict.kind, 'reject');
    assert.equal(found.notes[0]?.result, 'blocked');
    assert.deepEqual(found.notes[0]?.details, { listed: 'snd_1' });
  }
  const byFrom = beginInspection([check], message({ sender: '', headerFrom: 'x@evil.example' }));
  assert.equal((await byFrom?.end(CONTENT))?.verdict.kind, 'reject');
});

test('all others pay nothing', () => {
  assert.equal(beginInspection([check], message({ sender: 'x@good.example' })), undefined);
  assert.equal(beginInspection([check], message({ customer: 'globex' as CustomerId })), undefined);
  assert.equal(beginInspection([check], message({ direction: 'outbound' })), undefined);
});

test('postmaster is there for everybody', () => {
  const all = sendersCheck({ protection: () => ENTRY });
  assert.equal(beginInspection([all], message({ customer: RELAY_CUSTOMER })), undefined);
  assert.notEqual(beginInspection([all], message({})), undefined);
});
