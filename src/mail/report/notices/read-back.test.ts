// What our reader of reports makes of our own notices: the same facts, whatever they are about.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readReport } from '../../../protocol/dsn/read-report.ts';
import type { NoticeSubject, OwnCause, QueueId } from '../../message.ts';
import { sampleMeta } from '../../trace/sample-events.ts';
import { composeNotice } from './compose.ts';
import { LANGUAGES } from './languages.ts';
import type { NoticeOutcome, NoticeRecipient } from './notice.ts';
import { CAUSE_STATUS, statusOf } from './status.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);
const ACTIONS = { failure: 'failed', delay: 'delayed', relayed: 'relayed' } as const;

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,12}$/);
const label = fc.oneof(name, fc.constantFrom('jürgen', 'zoë', 'почта'));
const domain = fc.tuple(name, name).map(([host, top]) => `${host}.${top}`);
const address = fc.tuple(label, domain).map(([local, at]) => `${local}@${at}`);
const words = fc.stringMatching(/^[A-Za-z][A-Za-z ,.]{0,150}[a-z]$/).map((text) => text.replaceAll(/ +/g, ' '));
const own = fc
  .constantFrom(...(Object.keys(CAUSE_STATUS) as OwnCause[]))
  .map((cause) => ({ from: 'us', cause }) as const);

const remote = (digit: '4' | '5') =>
  fc
    .record({
      code: fc.integer({ min: 0, max: 59 }),
      host: domain,
      text: words,
      enhanced: fc.constantFrom('1.1', '2.2', '7.1'),
    })
    .map(({ code, host, text, enhanced }) => {
      const reply = { code: Number(digit) * 100 + code, enhanced: `${digit}.${enhanced}`, text };
      return { from: 'remote', stage: 'rcpt', host, reply } as const;
    });

const outcomes: Record<NoticeSubject, fc.Arbitrary<NoticeOutcome>> = {
  failure: fc.oneof(
    fc.oneof(remote('5'), own).map((cause) => ({ kind: 'bounced', cause }) as const),
    fc.oneof(remote('4'), own).map((cause) => ({ kind: 'expired', cause }) as const),
    fc.constant({ kind: 'suppressed' } as const),
  ),
  delay: fc.oneof(remote('4'), own).map((cause) => ({ kind: 'delayed', cause, retryUntil: NOON }) as const),
  relayed: fc
    .record({ host: domain, text: words })
    .map(({ host, text }) => ({ kind: 'relayed', host, reply: { code: 250, enhanced: '2.0.0', text } }) as const),
};

const notices = fc.constantFrom('failure', 'delay', 'relayed').chain((subject: NoticeSubject) =>
  fc.record({
    subject: fc.constant(subject),
    recipients: fc.array(
      fc.record(
        {
          address,
          outcome: outcomes[subject],
          original: fc.record({ type: fc.constant('rfc822'), address: domain.map((at) => `x@${at}`) }),
        },
        { requiredKeys: ['address', 'outcome'] },
      ) as fc.Arbitrary<NoticeRecipient>,
      { minLength: 1, maxLength: 5 },
    ),
    language: fc.constantFrom(...LANGUAGES.keys()),
    envid: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 -]{0,60}[a-z]$/).map((text) => text.replaceAll(/ +/g, ' ')),
    full: fc.boolean(),
  }),
);

test(`a notice is read back as what it tells (${RUNS} runs)`, () => {
  fc.assert(
    fc.property(notices, ({ subject, recipients, language, envid, full }) => {
      const content = Buffer.from(
        'From: Alice <alice@acme.example>\r\nMessage-ID: <m1@acme.example>\r\n\r\nHello.\r\n',
      );
      const message = composeNotice(
        sampleMeta(NOON, 1, { dsn: { envid } }),
        { subject, recipients },
        {
          hostname: 'relay.example',
          newId: () => '1k7tme5ve0000zzzz' as QueueId,
          now: NOON,
          languages: [language],
          returned: full ? { kind: 'full', content } : { kind: 'headers', header: content },
        },
      );
      assert.equal(message?.body.kind, 'inline');
      const report = readReport(message.body.bytes);
      assert.equal(report.kind, subject === 'relayed' ? 'success' : subject);
      assert.equal(report.reportingMta, 'relay.example');
      assert.equal(report.envelopeId, envid);
      assert.equal(report.messageId, 'm1@acme.example');
      assert.equal(report.originalFrom, 'alice@acme.example');
      assert.equal(report.recipients.length, recipients.length);
      for (const [i, { address: given, outcome, original }] of recipients.entries()) {
        const read = report.recipients[i] ?? assert.fail();
        assert.equal(read.final, given);
        assert.equal(read.original, original?.address);
        assert.equal(read.action, ACTIONS[subject]);
        assert.equal(read.status, statusOf(outcome));
        const said =
          'reply' in outcome
            ? outcome
            : 'cause' in outcome && outcome.cause?.from === 'remote'
              ? outcome.cause
              : undefined;
        assert.equal(read.remoteMta, said?.host);
        if (subject !== 'relayed') assert.equal(read.code, said?.reply.code);
        if (said !== undefined)
          assert.equal(read.diagnostic, `${said.reply.code} ${said.reply.enhanced} ${said.reply.text}`);
      }
    }),
    { numRuns: RUNS },
  );
});
