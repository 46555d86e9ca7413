import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { MessageMeta, QueueId } from '../../message.ts';
import { sampleMeta } from '../../trace/sample-events.ts';
import { type ComposeOptions, composeNotice, noticeDestination } from './compose.ts';
import type { Notice, NoticeRecipient } from './notice.ts';
import { CAUSE_STATUS } from './status.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);

const SAID = 'No such user here, see https://example.org/help for a very long text that must be folded';
const refused: NoticeRecipient = {
  address: 'bob@example.org',
  outcome: {
    kind: 'bounced',
    cause: {
      from: 'remote',
      stage: 'rcpt',
      host: 'mx.example.org',
      reply: { code: 550, enhanced: '5.1.1', text: SAID },
    },
  },
  lastAttemptAt: NOON + 1000,
};

interface Change {
  meta?: Partial<MessageMeta>;
  options?: Partial<ComposeOptions>;
}

function composed(notice: Notice, change: Change = {}) {
  const message = composeNotice(sampleMeta(NOON, 1, change.meta), notice, {
    hostname: 'relay.example',
    newId: () => '1k7tme5ve0000zzzz' as QueueId,
    now: NOON + 5000,
    languages: ['en'],
    returned: { kind: 'nothing' },
    ...change.options,
  });
  assert.equal(message?.body.kind, 'inline');
  const { bytes } = message.body;
  assert.equal(bytes.length, message.meta.size);
  return { meta: message.meta, bytes, text: Buffer.from(bytes).toString('latin1') };
}

function failure(recipients: NoticeRecipient[], change: Change = {}) {
  return composed({ subject: 'failure', recipients }, change);
}

function headers(text: string): Change {
  return { options: { returned: { kind: 'headers', header: Buffer.from(text) } } };
}

/** No bare CR or LF, no line too long, no octet beyond ASCII unless 8-bit is declared. */
function assertClean(text: string, eightBit = false): void {
  assert.ok(!/(^|[^\r])\n|\r(?!\n)/.test(text), 'bare CR or LF');
  for (const line of text.split('\r\n')) assert.ok(line.length <= 998, `line of ${line.length}`);
  if (!eightBit) assert.ok(/^[\x00-\x7f]*$/.test(text), 'octets beyond ASCII');
}

interface Part {
  type: string;
  defects: string[];
  headers: Record<string, string>;
  parts: Part[];
  text: string;
}

/** The message as Python's strict reader sees it; nothing where there is no Python. */
function readByPython(bytes: Uint8Array): Part | undefined {
  const script = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default.clone(utf8=True))
def walk(p):
    return {'type': p.get_content_type(), 'defects': [type(d).__name__ for d in p.defects],
            'headers': {k: str(v) for k, v in p.items()},
            'parts': [walk(x) for x in p.iter_parts()] if p.is_multipart() else [],
            'text': p.get_content() if p.get_content_type() == 'text/plain' else ''}
print(json.dumps(walk(m)))
`;
  const ran = spawnSync('python3', ['-c', script], { input: bytes });
  if (ran.error !== undefined) return undefined;
  assert.equal(ran.status, 0, ran.stderr.toString());
  return JSON.parse(ran.stdout.toString()) as Part;
}

function allDefects(part: Part): string[] {
  return [...part.defects, ...part.parts.flatMap(allDefects)];
}

test('a notice of failure says who, what and why, for people and for machines', () => {
  const { text } = failure([refused], headers('From: Alice <alice@acme.example>\r\nSubject: Hello\r\n\r\nnot this'));
  assertClean(text);
  assert.match(text, /^From: Mail Delivery System <mailer-daemon@relay\.example>\r\n/);
  assert.match(text, /\r\nSubject: Your mail could not be delivered\r\n/);
  assert.match(text, /\r\nAuto-Submitted: auto-replied\r\n/);
  assert.match(text, /\r\nReporting-MTA: dns; relay\.example\r\n/);
  assert.match(text, /\r\nArrival-Date: Sun, 22 Nov 2026 12:00:00 \+0000\r\n/);
  assert.match(
    text,
    /\r\n\r\nFinal-Recipient: rfc822; bob@example\.org\r\nAction: failed\r\nStatus: 5\.1\.1\r\nRemote-MTA: dns; mx\.example\.org\r\nDiagnostic-Code: smtp; 550 5\.1\.1 No such user here/,
  );
  assert.match(text, /\r\nLast-Attempt-Date: Sun, 22 Nov 2026 12:00:01 \+0000\r\n/);
  assert.match(text, /Subject: Hello/);
  assert.doesNotMatch(text, /not this/);
  assert.doesNotMatch(text, /Original-|DSN-Gateway|Will-Retry-Until/);
});

test('what the client asked comes back: ENVID and ORCPT, decoded (RFC 3461 6.3)', () => {
  const { text } = failure([{ ...refused, original: { type: 'rfc822', address: 'Robert@old.example' } }], {
    meta: { dsn: { envid: 'order 66+1' } },
  });
  assert.match(text, /\r\nOriginal-Envelope-Id: order 66\+1\r\nReporting-MTA/);
  assert.match(
    text,
    /\r\nOriginal-Recipient: rfc822; Robert@old\.example\r\nFinal-Recipient: rfc822; bob@example\.org/,
  );
  assert.match(text, /<bob@example\.org> \(you wrote to <Robert@old\.example>\)/);
});

test('a notice of delay says until when, and that nothing is to be done', () => {
  const retryUntil = NOON + 5 * 86_400_000;
  const cause = { from: 'us', cause: 'connect-timeout' } as const;
  const outcome = { kind: 'delayed', cause, retryUntil } as const;
  const { text } = composed({ subject: 'delay', recipients: [{ address: 'bob@example.org', outcome }] });
  assertClean(text);
  assert.match(text, /\r\nAction: delayed\r\nStatus: 4\.4\.1\r\nDiagnostic-Code: X-Easymail; connect-timeout\r\n/);
  assert.match(text, /\r\nWill-Retry-Until: Fri, 27 Nov 2026 12:00:00 \+0000\r\n/);
  assert.match(text.replaceAll('=\r\n', ''), /until 27 November 2026 at 12:00 UTC\./);
});

test('a notice of what was relayed names the server that sends none itself', () => {
  const reply = { code: 250, enhanced: '2.0.0', text: 'Ok: queued as 4Y0f' };
  const outcome = { kind: 'relayed', host: 'mx.example.org', reply } as const;
  const { text } = composed({ subject: 'relayed', recipients: [{ address: 'bob@example.org', outcome }] });
  assert.match(
    text,
    /\r\nAction: relayed\r\nStatus: 2\.1\.9\r\nRemote-MTA: dns; mx\.example\.org\r\nDiagnostic-Code: smtp; 250 2\.0\.0 Ok: queued as 4Y0f\r\n/,
  );
});

test('of an expired recipient the last words count, else that the time is over', () => {
  const busy = { code: 452, enhanced: '4.2.2', text: 'Mailbox full' };
  const cause = { from: 'remote', stage: 'rcpt', host: 'mx.example.org', reply: busy } as const;
  const last = failure([{ address: 'bob@example.org', outcome: { kind: 'expired', cause } }]).text;
  assert.match(last, /\r\nAction: failed\r\nStatus: 4\.2\.2\r\n/);
  assert.match(last, /The last answer of the recipient's mail server mx\.example\.org was:/);
  const over = failure([{ address: 'bob@example.org', outcome: { kind: 'expired' } }]).text;
  assert.match(over, new RegExp(`\\r\\nStatus: ${CAUSE_STATUS.expired}\\r\\n`));
});

test('a strict reader of mail (Python) finds the parts and their fields', (t) => {
  const { bytes } = failure(
    [
      refused,
      { address: 'eve@example.net', outcome: { kind: 'expired', cause: { from: 'us', cause: 'connect-timeout' } } },
    ],
    {
      options: {
        languages: ['fr'],
        returned: { kind: 'headers', header: Buffer.from('Subject: Gr\xfc\xdfe\r\n', 'latin1') },
      },
    },
  );
  const report = readByPython(bytes);
  if (report === undefined) return t.skip('python3 is not there');
  assert.deepEqual(allDefects(report), []);
  assert.equal(report.type, 'multipart/report');
  assert.equal(report.headers['Subject'], 'Votre message n’a pas pu être remis');
  assert.deepEqual(
    report.parts.map(({ type }) => type),
    ['text/plain', 'message/delivery-status', 'text/rfc822-headers'],
  );
  const groups = report.parts[1]?.parts ?? [];
  assert.equal(groups.length, 3);
  assert.equal(groups[1]?.headers['Final-Recipient'], 'rfc822; bob@example.org');
  assert.equal(groups[2]?.headers['Status'], CAUSE_STATUS.expired);
  const words = report.parts[0]?.text ?? '';
  assert.match(words, /<bob@example\.org>[\s\S]*mx\.example\.org,\s+a répondu\s:[\s\S]*550 5\.1\.1 No such user here/);
  assert.match(words, /<eve@example\.net>[\s\S]*n’a pas\s+répondu/);
});

test('RET=FULL brings the message back octet for octet, also with eight bits', (t) => {
  const content = 'From: alice@acme.example\r\nSubject: Hi\r\n\r\n.dot\r\n\tGr\xfc\xdfe \r\n\r\nend';
  const returned = { kind: 'full', content: Buffer.from(content, 'latin1') } as const;
  const { text, bytes, meta } = failure([refused], { options: { returned } });
  assert.equal(meta.eightBit, true);
  assert.equal(meta.smtpUtf8, false);
  assertClean(text, true);
  const start = '\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';
  const at = text.indexOf(start) + start.length;
  assert.equal(text.slice(at, text.lastIndexOf('\r\n--=_')), content);
  assert.match(text, /Your mail is attached\./);
  const report = readByPython(bytes);
  if (report === undefined) return t.skip('python3 is not there');
  assert.deepEqual(allDefects(report), []);
  assert.equal(report.parts[2]?.parts[0]?.headers['Subject'], 'Hi');
});

test('a message that no part may hold as it is comes back as its header', () => {
  for (const content of [
    `Subject: x\r\n\r\n${'a'.repeat(1000)}\r\n`,
    'Subject: x\r\n\r\na\nb\r\n',
    'Subject: x\r\n\r\n\0',
  ]) {
    const returned = { kind: 'full', content: Buffer.from(content) } as const;
    const { text } = failure([refused], { options: { returned } });
    assert.match(text, /\r\nContent-Type: text\/rfc822-headers\r\n\r\nSubject: x\r\n\r\n--=_/);
    assert.match(text, /The header of your mail is attached\./);
  }
});

test('nobody can write the boundary of a notice before it is made', () => {
  const content = Buffer.from('Subject: x\r\n\r\n--=_1k7tme5ve0000zzzz_report--\r\nFrom: nobody\r\n');
  const { text } = failure([refused], { options: { returned: { kind: 'full', content } } });
  assert.match(text, /boundary="=_1k7tme5ve0000zzzz_report_"/);
});

test('an address of a recipient beyond ASCII has its form in ASCII, so any server can carry the notice (RFC 6533 3)', () => {
  const original = { type: 'utf-8', address: 'jürgen+x@exämple.org' };
  const { text, meta } = failure([{ ...refused, address: 'jürgen@exämple.org', original }]);
  assertClean(text);
  assert.equal(meta.smtpUtf8, false);
  assert.match(text, /\r\nOriginal-Recipient: utf-8; j\\x\{FC\}rgen\\x\{2B\}x@ex\\x\{E4\}mple\.org\r\n/);
  assert.match(text, /\r\nFinal-Recipient: utf-8; j\\x\{FC\}rgen@ex\\x\{E4\}mple\.org\r\n/);
});

test('to a sender beyond ASCII goes an internationalised notice (RFC 6533)', () => {
  const { text, meta } = failure([{ ...refused, address: 'jürgen@exämple.org' }], {
    meta: { sender: 'zoë@acme.example' },
    ...headers('Subject: Grüße\r\n'),
  });
  assertClean(text, true);
  assert.equal(meta.smtpUtf8, true);
  assert.match(text, /Content-Type: message\/global-delivery-status\r\nContent-Transfer-Encoding: 8bit/);
  assert.match(Buffer.from(text, 'latin1').toString('utf8'), /Final-Recipient: utf-8; jürgen@exämple\.org/);
  assert.match(text, /Content-Type: message\/global-headers/);
});

test('there is nobody to tell where the sender is null or has no domain', () => {
  for (const sender of ['', 'root', 'x@', '@', '@example.org']) {
    const message = composeNotice(
      sampleMeta(NOON, 1, { sender }),
      { subject: 'failure', recipients: [refused] },
      {
        hostname: 'relay.example',
        newId: () => '1k7tme5ve0000zzzz' as QueueId,
        now: NOON,
        languages: ['en'],
        returned: { kind: 'nothing' },
      },
    );
    assert.equal(message, undefined, sender);
  }
});

test('of a large header only whole fields are sent back', () => {
  const field = `X-Field: ${'a'.repeat(60)}\r\n continued\r\n`;
  const { text } = failure([refused], headers(field.repeat(2000)));
  assertClean(text);
  assert.ok(text.length < 80_000);
  assert.ok(text.endsWith(' continued\r\n\r\n--=_1k7tme5ve0000zzzz_report--\r\n'), text.slice(-120));
});

test('neither the name nor the words of a mail host that must stay hidden are anywhere in a notice', () => {
  const host = 'exchange.inside.acme.example';
  const recipients: NoticeRecipient[] = [
    {
      address: 'bob@acme.example',
      hidden: true,
      outcome: {
        kind: 'bounced',
        cause: {
          from: 'remote',
          stage: 'rcpt',
          host,
          reply: { code: 550, enhanced: '5.1.1', text: `10.1.2.3 ${host} does not know bob` },
        },
      },
    },
    {
      address: 'eve@acme.example',
      hidden: true,
      outcome: { kind: 'expired', cause: { from: 'us', cause: 'connect-failed', detail: `${host} 10.1.2.3` } },
    },
  ];
  // Beside one of whom all is told.
  const { text } = failure([refused, ...recipients], { options: { languages: ['de', 'en'] } });
  const plain = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  for (const word of [host, 'inside', '10.1.2.3', 'does not know']) assert.ok(!plain.includes(word), word);
  assert.deepEqual(text.match(/Remote-MTA: .*/g), ['Remote-MTA: dns; mx.example.org']);
  assert.match(text, /\r\nStatus: 5\.1\.1\r\nDiagnostic-Code: smtp; 550 5\.1\.1 There is no such address\.\r\n/);
  assert.match(plain, /The recipient's mail system answered with code 550 5\.1\.1\./);
  const relayed = { kind: 'relayed', host, reply: { code: 250, text: `${host} has it` } } as const;
  const passed = composed({
    subject: 'relayed',
    recipients: [{ address: 'bob@acme.example', hidden: true, outcome: relayed }],
  });
  assert.ok(!passed.text.includes('inside'));
});

test('many recipients are in one notice; people read the first, machines all', () => {
  const recipients = Array.from({ length: 50 }, (_, i) => ({ ...refused, address: `u${i}@example.org` }));
  const { text } = failure(recipients);
  assert.equal(text.split('\r\nFinal-Recipient: ').length, 51);
  assert.match(text, /these\s+50\s+recipients/);
  assert.match(text, /and 30 more/);
});

test(`whatever a remote says and a header holds, the notice stays well-formed (${RUNS} runs)`, () => {
  const any = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(any, any, fc.uint8Array({ maxLength: 3000 }), fc.boolean(), (said, host, octets, full) => {
      const cause = { from: 'remote', stage: 'dot', host, reply: { code: 554, text: said } } as const;
      const recipient: NoticeRecipient = { address: 'bob@example.org', outcome: { kind: 'bounced', cause } };
      const returned = full
        ? ({ kind: 'full', content: octets } as const)
        : ({ kind: 'headers', header: octets } as const);
      const { text, meta } = failure([recipient], { options: { returned } });
      assertClean(text, meta.eightBit);
      // The boundary is in four places only, whatever else is inside.
      assert.equal(text.split('\r\n--=_1k7tme5ve0000zzzz_report').length, 5);
      assert.match(text, /\r\nStatus: 5\.0\.0\r\n/);
    }),
    { numRuns: RUNS },
  );
});

test('a notice refers to the id that the sender knows, also where it left under another', () => {
  const { text } = failure([refused], {
    meta: { messageId: 'em1.x@relay.example', originalMessageId: 'm1@exch01.local' },
  });
  assert.match(text, /^In-Reply-To: <m1@exch01\.local>\r\nReferences: <m1@exch01\.local>\r$/m);
});

test('a reply of nothing but spaces makes no line too long', () => {
  const reply = { code: 550, text: `a${' '.repeat(1900)}b` };
  const cause = { from: 'remote', stage: 'rcpt', host: 'mx.example.org', reply } as const;
  assertClean(failure([{ address: 'bob@example.org', outcome: { kind: 'bounced', cause } }]).text);
});

test('a notice goes to the domain that mail to the sender would go to, and to no address made of its digits', () => {
  assert.equal(noticeDestination('a@Example.ORG'), 'example.org');
  assert.equal(noticeDestination('a@bücher.example'), 'xn--bcher-kva.example');
  // Rules made for URLs would read 127.0.0.1.
  for (const domain of ['0x7f.1', '127.1', '2130706433']) {
    assert.notEqual(noticeDestination(`a@${domain}`), '127.0.0.1', domain);
  }
  assert.equal(noticeDestination('a@[192.0.2.1]'), undefined);
  assert.equal(noticeDestination(''), undefined);
});
