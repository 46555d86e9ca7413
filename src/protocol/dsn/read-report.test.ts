import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { skipWithout, suiteFiles } from '../../../test/support/suites.ts';
import { LARGEST_REPORT, readReport } from './read-report.ts';
import type { Report } from './report.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);

const mail = (...lines: string[]) => readReport(Buffer.from(lines.join('\r\n')));

/** The facts of a recipient in one line: address, action, status, code. */
const facts = ({ kind, recipients }: Report) => [
  kind,
  ...recipients.map(({ final, action, status = '-', code = '-' }) => `${final} ${action} ${status} ${code}`),
];

/** By file: the kind, and each recipient. */
const EXPECTED: Record<string, string[]> = {
  'mailbox-full.eml': ['failure', 'user@aol.com failed 5.2.2 552'],
  'zed.eml': ['failure', 'asdfasdfasdfasdfasdfasdfewrqertrtyrthsfgdfgadfqeadvxzvz@gmail.com failed 5.1.1 550'],
  // Its parts for machines say "failed"; the subject of the mail says "delayed".
  'delayed-broken.eml': ['failure', 'demo@example.com failed 4.2.2 -'],
  'delayed.eml': ['failure', 'foo@example.com failed 4.0.0 426'],
  'gmail-no-dns.eml': ['failure', 'user@example.comm failed - -'],
  'gmail-invalid-address.eml': ['failure', 'awfawfawfawfawfaw@someserverhere.com failed 5.1.0 550'],
  'broken-mime.eml': ['failure', 'info@example.net failed - -'],
  'no-mx.eml': ['delay', 'user@example.com delayed 4.4.4 454'],
  'office365.eml': ['failure', 'noname@example.com failed 5.1.10 550'],
  'multipart_report_multiple_status.eml': ['failure', 'u@ci.com failed 5.3.0 -'],
  'report_422.eml': ['delay', 'fraser@oooooooo.com.au delayed 4.2.2 452'],
  'report_530.eml': ['failure', 'edwin@zzzzzzz.com failed 5.3.0 553'],
  'delayed_dsn.raw': ['delay', 'thomas@de-montfort.ac.uk delayed 4.0.0 -'],
  'multi_recipient_dsn.raw': [
    'failure',
    'arathib@vnet.ibm.com failed 5.0.0 550',
    'johnh@hpnjld.njd.hp.com delayed 4.0.0 -',
    'wsnell@sdcc13.ucsd.edu failed 5.0.0 550',
  ],
  'simple_dsn.raw': ['failure', 'louisl@larry.slip.umd.edu failed 4.0.0 426'],
  'simple_dsn_with_html.raw': ['failure', 'louisl@larry.slip.umd.edu failed 4.0.0 426'],
  'dsn_with_multipart_alternative.raw': ['failure', 'non-existing@example.com failed 5.1.10 550'],
};

describe('suite dsn', { skip: skipWithout('dsn') }, () => {
  const files = suiteFiles('dsn', (path) => /\.(?:eml|raw)$/.test(path));
  for (const path of files) {
    const name = basename(path);
    test(name, () => {
      const report = readReport(readFileSync(path));
      const expected = EXPECTED[name];
      if (expected !== undefined) return assert.deepEqual(facts(report), expected);
      assert.match(name, /^multi_address_bounce[12]\.eml$/);
      assert.equal(report.kind, 'failure');
      assert.equal(report.recipients.length, 5);
      for (const one of report.recipients) assert.deepEqual([one.status, one.code, one.stage], ['5.1.1', 550, 'rcpt']);
      assert.equal(report.messageId, '118707422.15521266992174819.JavaMail.root@lvmail01');
      return assert.equal(report.hops.length, 3);
    });
  }
  test('all of them', (t) => {
    t.diagnostic(`${files.length} notices`);
    assert.equal(files.length, 19);
  });
});

describe('what a report says', () => {
  test('RFC 3464: envelope id, original recipient, the earlier mail and our hop in it', () => {
    const report = mail(
      'From: MAILER-DAEMON@mx.test',
      'Subject: Undelivered',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      '',
      'Sorry.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.test',
      'Original-Envelope-Id: QQ+2B7',
      '',
      'Original-Recipient: rfc822;list@a.test',
      'Final-Recipient: rfc822; user@b.test',
      'Action: failed',
      'Status: 5.0.0',
      'Remote-MTA: dns; in.b.test',
      'Diagnostic-Code: smtp; 550 5.1.1 no such user',
      '  here',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Received: by out1.relay.test (Easymail) id 0abc123def; Sun, 22 Nov 2026 10:00:00 +0000',
      'Received: from x by mail.acme.test with ESMTP id Q1',
      'Message-ID: <m1@acme.test>',
      'From: Anna <anna@acme.test>',
      'To: list@a.test',
      '',
      'Hello',
      '--b--',
    );
    assert.deepEqual(facts(report), ['failure', 'user@b.test failed 5.1.1 550']);
    assert.equal(report.recipients[0]?.original, 'list@a.test');
    assert.equal(report.recipients[0]?.diagnostic, '550 5.1.1 no such user here');
    assert.equal(report.recipients[0]?.remoteMta, 'in.b.test');
    assert.equal(report.envelopeId, 'QQ+7');
    assert.equal(report.reportingMta, 'mx.test');
    assert.equal(report.messageId, 'm1@acme.test');
    assert.equal(report.originalFrom, 'anna@acme.test');
    assert.equal(report.originalTo, 'list@a.test');
    assert.deepEqual(report.hops, [
      { by: 'out1.relay.test', id: '0abc123def' },
      { by: 'mail.acme.test', id: 'Q1' },
    ]);
  });

  test('RFC 6533: an address beyond ASCII', () => {
    const report = mail(
      'Content-Type: multipart/report; boundary=b',
      '',
      '--b',
      'Content-Type: message/global-delivery-status',
      '',
      'Reporting-MTA: dns; mx.test',
      '',
      'Final-Recipient: utf-8; j\\x{F6}rg@b.test',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--b--',
    );
    assert.equal(report.recipients[0]?.final, 'jörg@b.test');
  });

  test('qmail, in its own words', () => {
    const report = mail(
      'From: MAILER-DAEMON@mx.test',
      'To: anna@acme.test',
      'Subject: failure notice',
      '',
      'Hi. This is the qmail-send program at mx.test.',
      "I'm afraid I wasn't able to deliver your message to the following addresses.",
      '',
      '<one@b.test>:',
      '192.0.2.1 does not like recipient.',
      'Remote host said: 550 5.1.1 no such user',
      '',
      '<two@b.test>:',
      'Sorry, the mailbox is full. (#5.2.2)',
      '',
      '--- Below this line is a copy of the message.',
      '',
      'Message-ID: <m2@acme.test>',
      'From: anna@acme.test',
      'To: one@b.test, two@b.test',
      '',
      'three@b.test is only named in the text.',
    );
    assert.deepEqual(facts(report), ['failure', 'one@b.test failed 5.1.1 550', 'two@b.test failed 5.2.2 -']);
    assert.equal(report.messageId, 'm2@acme.test');
  });

  test('a sending service that posts JSON', () => {
    const notice = {
      notificationType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bouncedRecipients: [
          {
            emailAddress: 'gone@b.test',
            action: 'failed',
            status: '5.1.1',
            diagnosticCode: 'smtp; 550 5.1.1 user unknown',
          },
        ],
      },
      mail: { headers: [{ name: 'Message-ID', value: '<m3@acme.test>' }] },
    };
    const report = mail('From: no-reply@sns.test', 'Subject: Notification', '', JSON.stringify(notice));
    assert.deepEqual(facts(report), ['failure', 'gone@b.test failed 5.1.1 550']);
    assert.equal(report.messageId, 'm3@acme.test');
    const wrapped = mail('From: no-reply@sns.test', '', JSON.stringify({ Message: JSON.stringify(notice) }));
    assert.deepEqual(facts(wrapped), facts(report));
    const complaint = {
      complaint: { complainedRecipients: [{ emailAddress: 'a@b.test' }], complaintFeedbackType: 'abuse' },
    };
    assert.deepEqual(mail('From: x@y.test', '', JSON.stringify(complaint)).complaint?.recipients, ['a@b.test']);
    assert.equal(mail('From: x@y.test', '', '{"bounce": 7}').kind, 'unknown');
    assert.equal(mail('From: x@y.test', '', '{not json').kind, 'unknown');
  });

  test('older Exchange, Notes, and a bounce that names nobody', () => {
    const exchange = mail(
      'From: System Administrator <postmaster@e.test>',
      'Subject: Undeliverable: hi',
      '',
      'did not reach the following recipient(s):',
      '',
      'kim@e.test on Thu, 29 Apr 2007',
      '    The recipient name is not recognized',
    );
    assert.deepEqual(facts(exchange), ['failure', 'kim@e.test failed - -']);
    assert.match(exchange.recipients[0]?.words ?? '', /recipient name is not recognized/);
    const notes = mail(
      'From: MAILER-DAEMON@n.test',
      'Subject: DELIVERY FAILURE',
      '',
      '------- Failure Reasons  --------',
      '',
      'User not listed in public Name & Address Book',
      'kim@n.test',
      '',
      '------- Returned Message --------',
      'From: anna@acme.test',
    );
    assert.deepEqual(facts(notes), ['failure', 'kim@n.test failed - -']);
    const nobody = mail(
      'From: MAILER-DAEMON@b.test',
      'Subject: Returned mail',
      '',
      'The mailbox is full: ****@***.test',
    );
    assert.deepEqual(facts(nobody), ['failure']);
  });

  test('an automatic answer and an ordinary mail are no bounces', () => {
    const away = mail('From: bob@b.test', 'Auto-Submitted: auto-replied', 'Subject: Away', '', 'Back on Monday.');
    assert.equal(away.kind, 'auto-reply');
    const plain = mail('From: bob@b.test', 'Subject: Lunch', '', 'My mail to eve@c.test could not be delivered. You?');
    assert.equal(plain.kind, 'unknown');
    assert.deepEqual(plain.recipients, []);
  });
});

test('any octets are read without a throw, and what is read is bounded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (octets) => {
      assert.ok(readReport(octets).words.length <= 4000);
    }),
    { numRuns: RUNS },
  );
});

test('mails of the suites with octets changed are read without a throw', () => {
  const files = [...suiteFiles('dsn'), ...suiteFiles('arf'), ...suiteFiles('bounces-sisimai')].filter((path) =>
    /\.(?:eml|raw)$/.test(path),
  );
  if (files.length === 0) return;
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(
        fc.tuple(
          fc.nat(20_000),
          fc.constantFrom('\r', '\n', '\0', '<', '>', '@', ';', ':', '=', '"', '-', ' ', '5'),
          fc.nat(40),
        ),
        { maxLength: 12 },
      ),
      (path, edits) => {
        const octets = Buffer.from(readFileSync(path));
        for (const [at, text, length] of edits) {
          const start = at % octets.length;
          octets.fill(text, start, Math.min(octets.length, start + length));
        }
        const { recipients } = readReport(octets);
        for (const { diagnostic = '', words = '' } of recipients) {
          assert.ok(diagnostic.length <= 1000 && words.length <= 1000);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test('a megabyte made to be slow takes no more than a second or two', () => {
  const head = 'From: MAILER-DAEMON@x.test\r\nSubject: failure notice\r\n';
  const report = 'Content-Type: multipart/report; boundary=b\r\n\r\n';
  const bodies = [
    `${head}\r\n${'a@'.repeat(LARGEST_REPORT / 2)}`,
    `${head}\r\n${'<'.repeat(LARGEST_REPORT)}`,
    `${head}\r\n${'-- a\n'.repeat(LARGEST_REPORT / 5)}`,
    `${head}\r\n${'x@y.test: 550\n'.repeat(LARGEST_REPORT / 14)}`,
    `${head}\r\n${'555 '.repeat(LARGEST_REPORT / 4)}`,
    `${head}${report}${'--b\r\n\r\n'.repeat(LARGEST_REPORT / 7)}`,
    `${head}${report}--b\r\nContent-Type: message/delivery-status\r\n\r\n${'Final-Recipient: a@b\n\n'.repeat(40_000)}`,
    `${head}${report}--b\r\nContent-Type: message/delivery-status\r\n\r\n${' \\x{'.repeat(250_000)}`,
    `${head}Content-Type: text/html\r\n\r\n${'<p '.repeat(LARGEST_REPORT / 3)}`,
    'X: y\r\n'.repeat(LARGEST_REPORT / 6),
    `Content-Type: ${'a;b="'.repeat(LARGEST_REPORT / 5)}`,
    `${head}\r\n${' '.repeat(LARGEST_REPORT)}x`,
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(20_000),
    `${head}\r\n{"bounce":{"bouncedRecipients":[${'{"emailAddress":"a@b.test"},'.repeat(30_000)}{}]}}`,
  ];
  for (const [index, body] of bodies.entries()) {
    const begun = performance.now();
    readReport(Buffer.from(body));
    const ms = performance.now() - begun;
    assert.ok(ms < 2000, `mail ${index}: ${ms.toFixed(0)} ms`);
  }
});

test('what is read of a returned mail is read in milliseconds, however it was made', () => {
  const OCTETS = 128 * 1024;
  const head = 'From: MAILER-DAEMON@x.test\r\nSubject: failure notice\r\n';
  const filled = (text: string) => text.repeat(Math.ceil(OCTETS / text.length));
  const recipients = Array.from(
    { length: 1000 },
    (_, i) => `Final-Recipient: rfc822;a${i}@b\r\nAction: failed\r\n\r\n`,
  );
  const report = (text: string, status: string) =>
    `${head}Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\n${text}\r\n--b\r\n` +
    `Content-Type: message/delivery-status\r\n\r\n${status}\r\n--b--\r\n`;
  const mails = {
    'a header without colons or end': filled('a\n'),
    'a header of short fields without end': filled('a:b\r\n'),
    'recipients that the text does not name': report('y '.repeat(40).concat('\r\n').repeat(900), recipients.join('')),
    'recipients on one line of a long text': report(
      `a1@b\r\n${'y '.repeat(40).concat('\r\n').repeat(900)}`,
      recipients.join('').replaceAll(/a\d+@b/g, 'a1@b'),
    ),
    'a text of fields': `${head}\r\n${filled('Final-Recipient: rfc822; a@b\r\n')}`,
    'a folded field': report('', `Diagnostic-Code: a\r\n${filled(' x\r\n')}`),
    'a subject of encoded words': `Subject: ${filled('=?utf-8?q?a?= ')}`,
  };
  for (const [what, mail] of Object.entries(mails)) {
    const octets = Buffer.from(mail).subarray(0, OCTETS);
    const times = [0, 1, 2].map(() => {
      // Of the processor: others may have the machine meanwhile.
      const begun = process.cpuUsage();
      readReport(octets);
      return process.cpuUsage(begun).user / 1000;
    });
    const ms = Math.min(...times);
    assert.ok(ms < 80, `${what}: ${ms.toFixed(0)} ms`);
  }
});
