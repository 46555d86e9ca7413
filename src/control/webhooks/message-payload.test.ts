import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause, CustomerId, QueueId } from '../../mail/message.ts';
import type { RecipientEvent, RejectedEvent } from '../../mail/report/events.ts';
import { messageData, publicTypes } from './message-payload.ts';

const HOST = 'inner.globex.test';

/** A recipient that was put off, as a webhook of the sending customer tells it. */
function told(cause: Cause, mailHostOf?: CustomerId): string {
  const tried = { number: 1, at: 1, durationMs: 5, host: HOST, ip: '10.9.8.7' };
  const event: RecipientEvent = {
    type: 'message.recipient.deferred',
    at: 1,
    customer: 'acme' as CustomerId,
    id: 'a'.repeat(17) as QueueId,
    direction: 'outbound',
    sender: 'a@acme.test',
    index: 0,
    recipient: 'b@globex.test',
    cause,
    ...(cause.from === 'remote' && {
      attempt: { ...tried, conversation: [], ...(mailHostOf !== undefined && { mailHostOf }) },
    }),
  };
  return JSON.stringify(messageData({ event, sequence: 1 }, event.type, 1000));
}

test('the mail host of another customer is in no webhook: not its name, not its address, not its words', () => {
  const refused: Cause = {
    from: 'remote',
    stage: 'rcpt',
    host: HOST,
    reply: { code: 450, enhanced: '4.2.0', text: `${HOST} is busy` },
  };
  assert.match(told(refused), /inner\.globex\.test is busy/);
  assert.match(told(refused), /10\.9\.8\.7/);
  const hidden = told(refused, 'globex' as CustomerId);
  assert.doesNotMatch(hidden, /inner|10\.9\.8\.7|busy/);
  assert.match(hidden, /"code":450,"enhanced_code":"4\.2\.0"/);
  assert.doesNotMatch(told({ from: 'us', cause: 'dns-no-host', detail: `${HOST}: no address` }), /inner/);
});

test('what checks found is told by events of their own, beside the one of the message', () => {
  const note = { check: 'content', result: 'rule', verdict: 'tag', ms: 1, details: { rules: ['Cards'] } };
  const virus = { check: 'virus', result: 'virus', verdict: 'reject', ms: 1, details: { virus: 'Eicar' } };
  const rejected: RejectedEvent = {
    type: 'message.rejected',
    at: 1,
    ip: '192.0.2.1',
    reply: 'contentRefused',
    code: 550,
    inspection: [note, virus],
  };
  assert.deepEqual(publicTypes(rejected), ['message.rejected', 'scan.virus_found', 'scan.policy_matched']);
  const found = messageData({ event: rejected, sequence: 1 }, 'scan.virus_found', 1000);
  assert.deepEqual(found['scan'], {
    outcome: 'rejected',
    checks: [{ virus: 'Eicar', check: 'virus', result: 'virus', verdict: 'reject' }],
  });
  assert.equal(messageData({ event: rejected, sequence: 1 }, 'message.rejected', 1000)['scan'], undefined);
  const later: RejectedEvent = { ...rejected, code: 451, inspection: [{ ...note, result: 'died' }] };
  assert.deepEqual(messageData({ event: later, sequence: 1 }, 'scan.policy_matched', 1000)['scan'], {
    outcome: 'deferred',
    checks: [{ rules: ['Cards'], check: 'content', result: 'died', verdict: 'tag' }],
  });
  const clean: RejectedEvent = {
    ...rejected,
    inspection: [{ check: 'virus', result: 'clean', verdict: 'pass', ms: 1 }],
  };
  assert.deepEqual(publicTypes(clean), ['message.rejected']);
});
