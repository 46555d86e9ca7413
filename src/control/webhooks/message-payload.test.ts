import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause, CustomerId, QueueId } from '../../mail/message.ts';
import type { RecipientEvent } from '../../mail/report/events.ts';
import { messageData } from './message-payload.ts';

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
  return JSON.stringify(messageData({ event, sequence: 1 }, 1000));
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
