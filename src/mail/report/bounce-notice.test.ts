import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { MessageMeta, QueueId } from '../message.ts';
import { sampleMeta } from '../trace/sample-events.ts';
import { bounceNotice, type FailedRecipient } from './bounce-notice.ts';
import { CAUSE_TEXTS } from './cause-texts.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);

const failedBob: FailedRecipient = {
  address: 'bob@example.org',
  kind: 'bounced',
  cause: {
    from: 'remote',
    stage: 'rcpt',
    host: 'mx.example.org',
    reply: {
      code: 550,
      enhanced: '5.1.1',
      text: 'No such user here, see https://example.org/help for a very long text that must be folded',
    },
  },
  lastAttemptAt: NOON + 1000,
};

function content(failed: FailedRecipient[], header?: Uint8Array, change: Partial<MessageMeta> = {}): string {
  const notice = bounceNotice(sampleMeta(NOON, 1, change), failed, {
    hostname: 'relay.example',
    newId: () => '1k7tme5ve0000zzzz' as QueueId,
    now: NOON + 5000,
    ...(header === undefined ? {} : { header }),
  });
  assert.equal(notice?.body.kind, 'inline');
  const { bytes } = notice.body;
  assert.equal(bytes.length, notice.meta.size);
  return Buffer.from(bytes).toString('latin1');
}

/** No bare CR or LF, no line too long, no octet beyond ASCII unless 8-bit is declared. */
function assertClean(text: string, eightBit = false): void {
  assert.ok(!/(^|[^\r])\n|\r(?!\n)/.test(text), 'bare CR or LF');
  for (const line of text.split('\r\n')) assert.ok(line.length <= 998, `line of ${line.length}`);
  if (!eightBit) assert.ok(/^[\x00-\x7f]*$/.test(text), 'octets beyond ASCII');
}

test('the notice is a report of three parts that says who, what and why', () => {
  const header = Buffer.from('From: Alice <alice@acme.example>\r\nSubject: Hello\r\n\r\nbody is not sent back');
  const text = content([failedBob], header);
  assertClean(text);
  assert.match(text, /^From: Mail Delivery System <mailer-daemon@relay\.example>\r\n/);
  assert.match(text, /\r\nAuto-Submitted: auto-replied\r\n/);
  assert.match(text, /\r\nReporting-MTA: dns; relay\.example\r\n/);
  assert.match(text, /\r\nFinal-Recipient: rfc822; bob@example\.org\r\nAction: failed\r\nStatus: 5\.1\.1\r\n/);
  assert.match(text, /\r\nRemote-MTA: dns; mx\.example\.org\r\nDiagnostic-Code: smtp; 550 5\.1\.1 No such user here/);
  assert.match(text, /Subject: Hello/);
  assert.doesNotMatch(text, /body is not sent back/);
});

test('a strict reader of mail (Python) finds the parts and their fields', (t) => {
  const script = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
def walk(p):
    return {'type': p.get_content_type(), 'defects': [type(d).__name__ for d in p.defects],
            'headers': {k: str(v) for k, v in p.items()},
            'parts': [walk(x) for x in p.iter_parts()] if p.is_multipart() else [],
            'text': p.get_content() if p.get_content_type() == 'text/plain' else ''}
print(json.dumps(walk(m)))
`;
  const header = Buffer.from('From: Alice <alice@acme.example>\r\nSubject: Gr\xfc\xdfe\r\n', 'latin1');
  const failed: FailedRecipient[] = [
    failedBob,
    { address: 'eve@example.net', kind: 'expired', cause: { from: 'us', cause: 'connect-timeout' } },
  ];
  const ran = spawnSync('python3', ['-c', script], { input: Buffer.from(content(failed, header), 'latin1') });
  if (ran.error !== undefined) {
    t.skip('python3 is not there');
    return;
  }
  assert.equal(ran.status, 0, ran.stderr.toString());
  interface Part {
    type: string;
    defects: string[];
    headers: Record<string, string>;
    parts: Part[];
    text: string;
  }
  const report = JSON.parse(ran.stdout.toString()) as Part;
  const all = (part: Part): Part[] => [part, ...part.parts.flatMap(all)];
  assert.deepEqual(
    all(report).flatMap(({ defects }) => defects),
    [],
  );
  assert.equal(report.type, 'multipart/report');
  assert.deepEqual(
    report.parts.map(({ type }) => type),
    ['text/plain', 'message/delivery-status', 'text/rfc822-headers'],
  );
  const groups = report.parts[1]?.parts ?? [];
  assert.equal(groups.length, 3);
  assert.equal(groups[1]?.headers['Final-Recipient'], 'rfc822; bob@example.org');
  assert.equal(groups[2]?.headers['Status'], CAUSE_TEXTS.expired.status);
  const words = report.parts[0]?.text ?? '';
  assert.match(words, /<bob@example\.org>[\s\S]*refused it and said:[\s\S]*550 5\.1\.1 No such user here/);
  assert.match(words, /<eve@example\.net>[\s\S]*did not answer/);
});

test('an address beyond ASCII makes an internationalised notice', () => {
  const text = content([{ ...failedBob, address: 'jürgen@exämple.org' }], Buffer.from('Subject: Grüße\r\n'));
  assertClean(text, true);
  assert.match(text, /Content-Type: message\/global-delivery-status\r\nContent-Transfer-Encoding: 8bit/);
  assert.match(Buffer.from(text, 'latin1').toString('utf8'), /Final-Recipient: utf-8; jürgen@exämple\.org/);
  assert.match(text, /Content-Type: message\/global-headers/);
});

test('there is nobody to tell where the sender is null or has no domain', () => {
  for (const sender of ['', 'root', 'x@', '@']) {
    const notice = bounceNotice(sampleMeta(NOON, 1, { sender }), [failedBob], {
      hostname: 'relay.example',
      newId: () => '1k7tme5ve0000zzzz' as QueueId,
      now: NOON,
    });
    assert.equal(notice, undefined, sender);
  }
});

test('of a large header only whole fields are sent back', () => {
  const field = `X-Field: ${'a'.repeat(60)}\r\n continued\r\n`;
  const text = content([failedBob], Buffer.from(field.repeat(2000)));
  assertClean(text);
  assert.ok(text.length < 80_000);
  assert.ok(text.endsWith(' continued\r\n\r\n--=_1k7tme5ve0000zzzz_report--\r\n'), text.slice(-120));
});

test('every cause of ours has words, and a status that fits', () => {
  for (const [cause, { status, what, advice }] of Object.entries(CAUSE_TEXTS)) {
    assert.match(status, /^[45]\.\d\.\d{1,2}$/, cause);
    assert.match(what, /\.$/);
    assert.match(advice, /\.$/);
  }
});

test(`whatever a remote says and a header holds, the notice stays well-formed (${RUNS} runs)`, () => {
  const any = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(any, any, fc.uint8Array({ maxLength: 3000 }), (text, host, header) => {
      const cause = { from: 'remote', stage: 'dot', host, reply: { code: 554, text } } as const;
      const failed: FailedRecipient = { address: 'bob@example.org', kind: 'bounced', cause };
      const notice = content([failed], header);
      assertClean(notice);
      // The boundary is in four places only, whatever else is inside.
      assert.equal(notice.split('\r\n--=_1k7tme5ve0000zzzz_report').length, 5);
      assert.match(notice, /\r\nStatus: 5\.0\.0\r\n/);
    }),
    { numRuns: RUNS },
  );
});
