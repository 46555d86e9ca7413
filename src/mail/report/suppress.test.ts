import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Cause, CustomerId, OwnCause, QueueId, SmtpStage } from '../message.ts';
import { RELAY_CUSTOMER } from '../message.ts';
import { classifyBounce } from './bounce-class.ts';
import { CERTAIN_RULES } from './bounce-rules.ts';
import { USUAL_RULES } from './bounce-rules-usual.ts';
import { CAUSE_STATUS } from './notices/status.ts';
import { suppressionOf, suppressionOfComplaint } from './suppress.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 1000);
const meta = {
  customer: 'acme' as CustomerId,
  direction: 'outbound',
  id: 'm1' as QueueId,
  recipientCount: 1,
} as const;
const unknownUser: Cause = {
  from: 'remote',
  stage: 'rcpt',
  host: 'mx.b.test',
  reply: { code: 550, enhanced: '5.1.1', text: 'User unknown' },
};

test('a receiver that says of this address that it is gone', () => {
  assert.deepEqual(suppressionOf(meta, 'User@B.test', { cause: unknownUser, at: 7 }), {
    customer: 'acme',
    address: 'user@b.test',
    reason: 'invalid_address',
    evidence: 'mx.b.test said at rcpt: 550 5.1.1 User unknown (message m1)',
    at: 7,
  });
});

test('inbound mail, the mail of the relay itself, and replies about several recipients suppress nobody', () => {
  const about = (more: object, stage: SmtpStage = 'rcpt') =>
    suppressionOf({ ...meta, ...more }, 'user@b.test', { cause: { ...unknownUser, stage }, at: 7 });
  assert.equal(about({ direction: 'inbound' }), undefined);
  assert.equal(about({ customer: RELAY_CUSTOMER }), undefined);
  assert.notEqual(about({ recipientCount: 5 }), undefined, 'RCPT is about one');
  assert.notEqual(about({}, 'dot'), undefined);
  assert.equal(about({ recipientCount: 5 }, 'dot'), undefined);
  assert.equal(
    suppressionOfComplaint({ ...meta, direction: 'inbound' }, 'u@b.test', { evidence: '', at: 1 }),
    undefined,
  );
  assert.equal(suppressionOfComplaint(meta, 'u@b.test', { evidence: 'x'.repeat(900), at: 1 })?.evidence.length, 500);
});

test('no cause of ours suppresses', () => {
  for (const cause of Object.keys(CAUSE_STATUS) as OwnCause[]) {
    assert.equal(suppressionOf(meta, 'user@b.test', { cause: { from: 'us', cause }, at: 1 }), undefined, cause);
  }
});

test('only what is lasting, of the classes about the address, suppresses: whatever a server says', () => {
  const phrases = [...CERTAIN_RULES, ...USUAL_RULES].flatMap((rule) => rule.phrases);
  const stages: SmtpStage[] = ['connect', 'greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'dot'];
  const cause = fc.record({
    from: fc.constant('remote' as const),
    stage: fc.constantFrom(...stages),
    host: fc.constant('mx.b.test'),
    reply: fc.record({
      code: fc.integer({ min: 400, max: 599 }),
      enhanced: fc.tuple(fc.constantFrom('4', '5'), fc.nat(8), fc.nat(30)).map((parts) => parts.join('.')),
      text: fc
        .array(fc.constantFrom(...phrases), { maxLength: 4 })
        .map((list) => list.join(' and ').replaceAll(/[*~]/g, '')),
    }),
  });
  let suppressed = 0;
  fc.assert(
    fc.property(cause, (one) => {
      const bounce = classifyBounce(one);
      const request = suppressionOf(meta, 'user@b.test', { cause: one, at: 1 });
      if (request === undefined) return;
      suppressed += 1;
      assert.ok(bounce.class === 'invalid_address' || bounce.class === 'mailbox_unavailable', bounce.class);
      assert.equal(bounce.permanence, 'permanent');
      assert.ok(one.reply.code >= 500);
      assert.ok(['rcpt', 'data', 'dot'].includes(one.stage), one.stage);
    }),
    { numRuns: RUNS },
  );
  assert.ok(suppressed > 0, 'nothing was suppressed: the test means nothing');
});
