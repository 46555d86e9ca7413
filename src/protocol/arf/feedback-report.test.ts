import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { skipWithout, suiteFiles } from '../../../test/support/suites.ts';
import { readReport } from '../dsn/read-report.ts';
import { readFeedbackReport } from './feedback-report.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);

test('fields of RFC 5965 and RFC 6591', () => {
  const text = [
    'Feedback-Type: Auth-Failure',
    'User-Agent: Some/1.0',
    'Version: 1',
    'Original-Mail-From: <bounce@acme.test>',
    'Original-Rcpt-To: <one@b.test>',
    'Original-Rcpt-To: two@b.test',
    'Reported-Domain: ACME.test',
    'Source-IP: 192.0.2.1',
    'Arrival-Date: Sun, 22 Nov 2026',
    ' 10:00:00 +0000',
    'Incidents: 12',
    'Auth-Failure: SPF',
  ].join('\n');
  assert.deepEqual(readFeedbackReport(text), {
    type: 'auth-failure',
    userAgent: 'Some/1.0',
    originalMailFrom: 'bounce@acme.test',
    recipients: ['one@b.test', 'two@b.test'],
    reportedDomains: ['acme.test'],
    sourceIp: '192.0.2.1',
    arrivalDate: 'Sun, 22 Nov 2026 10:00:00 +0000',
    incidents: 12,
    authFailure: 'spf',
  });
});

test('RFC 5965 3.1: without a type it is no report; odd numbers count as one', () => {
  assert.equal(readFeedbackReport('User-Agent: x\nVersion: 1'), undefined);
  assert.equal(readFeedbackReport(''), undefined);
  for (const incidents of ['', '-4', 'many', '1e99']) {
    assert.equal(readFeedbackReport(`Feedback-Type: abuse\nIncidents: ${incidents}`)?.incidents, 1);
  }
});

test('any text is read without a throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 500 }), (text) => void readFeedbackReport(`Feedback-Type: abuse\n${text}`)),
    { numRuns: RUNS },
  );
});

describe('suite arf', { skip: skipWithout('arf') }, () => {
  const files = suiteFiles('arf', (path) => path.endsWith('.eml'));

  test('every one of them is a complaint', (t) => {
    for (const path of files) assert.equal(readReport(readFileSync(path)).kind, 'complaint', path);
    t.diagnostic(`${files.length} reports`);
    assert.ok(files.length >= 15);
  });

  test('with the facts that another reader of them found', () => {
    const labelled = files.filter((path) => path.includes('mail-auth'));
    assert.equal(labelled.length, 5);
    for (const path of labelled) {
      const { complaint } = readReport(readFileSync(path));
      const theirs = JSON.parse(readFileSync(path.replace(/eml$/, 'json'), 'utf8')) as Record<string, unknown>;
      const type = String(theirs['feedback_type'])
        .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
        .toLowerCase();
      assert.equal(complaint?.type, type, path);
      assert.equal(complaint?.incidents, theirs['incidents'], path);
      assert.equal(complaint?.userAgent, theirs['user_agent'] ?? undefined, path);
      assert.deepEqual(complaint?.reportedDomains, theirs['reported_domain'], path);
      const sender = theirs['original_mail_from'];
      assert.equal(
        complaint?.originalMailFrom,
        typeof sender === 'string' ? sender.replaceAll(/[<>]/g, '') : undefined,
        path,
      );
    }
  });
});
