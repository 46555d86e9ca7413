import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseHeader } from '../../protocol/mime/header.ts';
import type { ReturnedTo } from '../authorise/own-addresses.ts';
import type { CustomerId, MessageMeta, QueueId } from '../message.ts';
import { readOperatorMail, readReturnedMail } from './returned-mail.ts';

const id = '1k80dag2700vm0000' as QueueId;
const told = { id: '1k80dag2700vm0001' as QueueId, at: 1_795_310_400_000 };

function returnedTo(recipients: string[], index?: number, more: Partial<MessageMeta> = {}): ReturnedTo {
  const meta = {
    direction: 'outbound' as const,
    stream: 'business',
    sender: 'a@acme.test',
    acceptedAt: 1_795_310_305_000,
    size: 1,
    origin: { ip: '192.0.2.1', helo: 'x' },
    eightBit: false,
    smtpUtf8: false,
    recipientCount: recipients.length,
    ...more,
  };
  const customer = 'acme' as CustomerId;
  return {
    tag: index === undefined ? { id } : { id, index },
    accepted: { type: 'message.accepted', at: meta.acceptedAt, customer, id, meta, recipients },
    automaticOnly: false,
  };
}

function dsn(...groups: string[][]): string {
  return [
    'From: MAILER-DAEMON@mx.example.org',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    '',
    'Could not be delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    '',
    ...groups.flatMap((group) => [...group, '']),
    '--b--',
    '',
  ].join('\r\n');
}

const gone = (address: string) => [
  `Final-Recipient: rfc822; ${address}`,
  'Action: failed',
  'Status: 5.1.1',
  'Remote-MTA: dns; inner.example.org',
  'Diagnostic-Code: smtp; 550 5.1.1 <b@example.org>: Recipient address rejected: User unknown',
];
const full = (address: string) => [
  `Final-Recipient: rfc822; ${address}`,
  'Action: failed',
  'Status: 5.2.2',
  'Diagnostic-Code: smtp; 552 5.2.2 Mailbox full',
];
const late = (address: string) => [`Final-Recipient: rfc822; ${address}`, 'Action: delayed', 'Status: 4.4.1'];

const complaint = (type: string, to: string) =>
  [
    'From: feedback@isp.example',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
    '',
    '--b',
    '',
    'A complaint.',
    '--b',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: Isp/1.0',
    'Version: 1',
    `Original-Rcpt-To: <${to}>`,
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    `From: a@acme.test\r\nTo: ${to}\r\n`,
    'Hello.',
    '--b--',
    '',
  ].join('\r\n');

function read(returned: ReturnedTo, content: string) {
  const mail = readReturnedMail(returned);
  const octets = Buffer.from(content);
  // In pieces, as it comes.
  for (let at = 0; at < octets.length; at += 100) mail.chunk(octets.subarray(at, at + 100));
  return mail.read(told);
}

describe('mail that came back', () => {
  test('a bounce is a note on the recipient that the tag names, and its address is gone', () => {
    const { about, notes, suppress } = read(
      returnedTo(['c@example.org', 'b@example.org'], 1),
      dsn(gone('B@example.org')),
    );
    assert.equal(about, id);
    assert.equal(notes.length, 1);
    const [note] = notes;
    assert.deepEqual(
      { type: note?.type, id: note?.id, at: note?.at, index: note?.index, recipient: note?.recipient },
      { type: 'message.recipient.bounced', id, at: told.at, index: 1, recipient: 'b@example.org' },
    );
    assert.equal(note?.asynchronous, true);
    assert.deepEqual(note.bounce, {
      class: 'invalid_address',
      permanence: 'permanent',
      responsible: note.bounce?.responsible,
      asynchronous: true,
    });
    assert.equal(note.cause?.from === 'remote' && note.cause.reply.enhanced, '5.1.1');
    assert.equal(note.note, `told by ${told.id}`);
    assert.equal(note.suppressed, true);
    assert.deepEqual(
      suppress.map(({ customer, address, reason }) => ({ customer, address, reason })),
      [{ customer: 'acme', address: 'b@example.org', reason: 'invalid_address' }],
    );
  });

  test('of a message with several recipients the report has to name one of them', () => {
    const several = returnedTo(['b@example.org', 'c@example.org', 'd@example.org']);
    const { notes, suppress } = read(several, dsn(gone('C@Example.org'), full('d@example.org'), gone('x@example.org')));
    assert.deepEqual(
      notes.map(({ index, recipient }) => ({ index, recipient })),
      [
        { index: 1, recipient: 'c@example.org' },
        { index: 2, recipient: 'd@example.org' },
      ],
    );
    assert.deepEqual(suppress, []);
    assert.deepEqual(read(several, dsn(gone('x@example.org'))).notes, []);
    const mixed = read(several, dsn(late('b@example.org'), gone('c@example.org')));
    assert.deepEqual(
      mixed.notes.map(({ index }) => index),
      [1],
      'who is late has not failed',
    );
    const named = read({ ...several, tag: { id, index: 2 } }, dsn(full('b@example.org')));
    assert.equal(named.notes[0]?.index, 2, 'the tag counts, not the words');
  });

  test('who got a message with others cannot have them suppressed by a forged report', () => {
    const others = ['mallory@example.org', 'boss@example.org'];
    for (const forged of [dsn(gone('boss@example.org')), complaint('abuse', 'boss@example.org')]) {
      const { notes, suppress } = read(returnedTo(others), forged);
      assert.equal(notes[0]?.recipient, 'boss@example.org', 'it is noted');
      assert.equal(notes[0]?.suppressed, undefined);
      assert.deepEqual(suppress, []);
      assert.deepEqual(
        read(returnedTo(others, 0), forged).suppress.filter(({ address }) => address.startsWith('boss')),
        [],
      );
    }
  });

  test('one note a recipient, whatever the report repeats', () => {
    assert.equal(
      read(returnedTo(['b@example.org'], 0), dsn(gone('b@example.org'), full('b2@example.org'))).notes.length,
      1,
    );
  });

  test('a report about where the recipient forwards its mail to suppresses nobody', () => {
    const one = read(returnedTo(['b@example.org'], 0), dsn(gone('elsewhere@private.test')));
    assert.equal(one.notes.length, 1);
    assert.deepEqual(one.suppress, []);
    const both = read(returnedTo(['b@example.org'], 0), dsn(full('elsewhere@private.test'), gone('b@example.org')));
    assert.deepEqual(
      both.notes.map(({ bounce, suppressed }) => ({ class: bounce?.class, suppressed })),
      [{ class: 'invalid_address', suppressed: true }],
    );
    const full2 = read(returnedTo(['b@example.org'], 0), dsn(full('b@example.org')));
    assert.deepEqual([full2.notes.length, full2.suppress], [1, []], 'a full mailbox is not gone');
  });

  test('delays and automatic answers are no notes', () => {
    assert.deepEqual(read(returnedTo(['b@example.org'], 0), dsn(late('b@example.org'))).notes, []);
    const vacation = 'From: b@example.org\r\nAuto-Submitted: auto-replied\r\nSubject: away\r\n\r\nI am away.\r\n';
    assert.deepEqual(read(returnedTo(['b@example.org'], 0), vacation).notes, []);
  });

  test('a complaint is a note, and the address is not tried again', () => {
    const { notes, suppress } = read(
      returnedTo(['b@example.org', 'c@example.org'], 1),
      complaint('abuse', 'c@example.org'),
    );
    assert.equal(notes[0]?.type, 'message.recipient.complained');
    assert.equal(notes[0]?.index, 1);
    assert.equal(notes[0]?.reason, 'abuse');
    assert.deepEqual(
      suppress.map(({ address, reason }) => `${address} ${reason}`),
      ['c@example.org complaint'],
    );
    assert.deepEqual(read(returnedTo(['b@example.org'], 0), complaint('not-spam', 'b@example.org')).notes, []);
    assert.deepEqual(read(returnedTo(['b@example.org'], 0), complaint('auth-failure', 'b@example.org')).notes, []);
  });

  test('a complaint to the operator counts where it holds a tag of ours, and every other mail says nothing', () => {
    const asked: string[] = [];
    const reader = () =>
      readOperatorMail((address) => {
        asked.push(address);
        return address === 'bounce-x@bounce.test' ? returnedTo(['b@example.org'], 0) : undefined;
      });
    const says = (content: string) => {
      const mail = reader();
      assert.equal(mail.header(parseHeader(Buffer.from(content))), undefined);
      mail.chunk(Buffer.from(content));
      return mail.read(told);
    };
    const withTag = (tag: string) =>
      complaint('abuse', 'b@example.org').replace('User-Agent:', `Original-Mail-From: <${tag}>\r\nUser-Agent:`);
    assert.equal(says(withTag('bounce-x@bounce.test')).notes[0]?.type, 'message.recipient.complained');
    assert.deepEqual(says(withTag('forged@bounce.test')), { notes: [], suppress: [] });
    assert.deepEqual(says(complaint('abuse', 'b@example.org')), { notes: [], suppress: [] });
    assert.deepEqual(asked, ['bounce-x@bounce.test', 'forged@bounce.test']);
    assert.deepEqual(says(dsn(gone('b@example.org'))), { notes: [], suppress: [] }, 'bounces come to the tag itself');
    assert.deepEqual(says('Subject: help\r\n\r\nPlease.\r\n'), { notes: [], suppress: [] });
  });

  test('who complains about a forward goes on getting forwards', () => {
    const { notes, suppress } = read(
      returnedTo(['b@example.org'], 0, { forward: true }),
      complaint('abuse', 'b@example.org'),
    );
    assert.equal(notes.length, 1);
    assert.deepEqual(suppress, []);
  });

  test('what cannot be read says nothing, however long it is', () => {
    assert.deepEqual(read(returnedTo(['b@example.org'], 0), '').notes, []);
    const mail = readReturnedMail(returnedTo(['b@example.org'], 0));
    for (let i = 0; i < 2000; i++) mail.chunk(Buffer.alloc(1024, 'x'));
    assert.deepEqual(mail.read(told).notes, []);
  });

  test('whatever comes, a note is on a recipient of the message and nothing is thrown', () => {
    const line = fc.constantFrom(
      ...dsn(gone('b@example.org'), full('c@example.org'), late('d@example.org')).split('\r\n'),
      ...complaint('abuse', 'c@example.org').split('\r\n'),
    );
    const content = fc.array(fc.oneof(line, fc.string()), { maxLength: 60 }).map((lines) => lines.join('\r\n'));
    const index = fc.option(fc.constantFrom(0, 1), { nil: undefined });
    fc.assert(
      fc.property(content, index, (text, tagged) => {
        const recipients = ['b@example.org', 'c@example.org'];
        const { notes, suppress } = read(returnedTo(recipients, tagged), text);
        for (const note of notes) {
          assert.equal(note.recipient, recipients[note.index]);
          assert.equal(note.id, id);
          if (tagged !== undefined) assert.equal(note.index, tagged);
        }
        for (const { address, customer } of suppress) assert.ok(recipients.includes(address) && customer === 'acme');
      }),
    );
  });

  test('from a person’s own address only reports and automatic answers go on', () => {
    const mail = readReturnedMail({ ...returnedTo(['b@example.org'], 0), automaticOnly: true });
    const name = (header: string) => mail.header(parseHeader(Buffer.from(`${header}\r\n\r\n`)))?.name;
    assert.equal(name('From: b@example.org\r\nSubject: buy this'), 'returnOnlyReports');
    assert.equal(name('Auto-Submitted: no'), 'returnOnlyReports');
    assert.equal(name('Auto-Submitted: auto-replied (vacation)'), undefined);
    assert.equal(name('Content-Type: multipart/report;\r\n report-type=feedback-report; boundary=b'), undefined);
    assert.equal(name('X-Autoreply: yes'), undefined);
  });
});
