import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cause, OwnCause, SmtpStage } from '../message.ts';
import { type BounceClassName, classifyBounce, classifyReply } from './bounce-class.ts';
import { CAUSE_STATUS } from './notices/status.ts';

/** `stage reply` as servers say it, and what it means: class, permanence, who can act, whether the address is gone. */
const REPLIES: readonly [string, BounceClassName, 'permanent' | 'temporary', string, boolean?][] = [
  [
    'rcpt 550 5.1.1 <a@b.test>: Recipient address rejected: User unknown in virtual mailbox table',
    'invalid_address',
    'permanent',
    'recipient',
    true,
  ],
  [
    'rcpt 550-5.1.1 The email account that you tried to reach does not exist.',
    'invalid_address',
    'permanent',
    'recipient',
    true,
  ],
  [
    'rcpt 550 5.4.1 Recipient address rejected: Access denied. AS(201806281)',
    'invalid_address',
    'permanent',
    'recipient',
    true,
  ],
  ['rcpt 550 5.1.1 Unrouteable address', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 Unrouteable address', 'invalid_address', 'permanent', 'recipient', false],
  ['rcpt 550 HELO name is invalid', 'invalid_address', 'permanent', 'recipient', false],
  [
    'rcpt 450 4.1.1 <a@b.test>: Recipient address rejected: unverified address',
    'invalid_address',
    'temporary',
    'recipient',
  ],
  ['rcpt 550 Unknown user', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 5.1.1 Empfänger unbekannt', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 Utilisateur inconnu !', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 El usuario no existe', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 Utente sconosciuto', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 Gebruiker onbekend', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 Нет такого пользователя: не найден', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 宛先が存在しません', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 Atesaki fumei', 'invalid_address', 'permanent', 'recipient', true],
  ['rcpt 550 5.1.2 Domain not found', 'invalid_address', 'permanent', 'recipient', false],
  ['rcpt 556 5.1.10 Recipient address has a null MX', 'invalid_address', 'permanent', 'recipient', false],
  [
    'rcpt 452 4.2.2 The email account that you tried to reach is over quota',
    'mailbox_unavailable',
    'temporary',
    'recipient',
  ],
  ['rcpt 552 5.2.2 Mailbox full', 'mailbox_unavailable', 'temporary', 'recipient', false],
  ['rcpt 550 Das Postfach ist voll', 'mailbox_unavailable', 'temporary', 'recipient', false],
  ['rcpt 550 Boîte du destinataire pleine', 'mailbox_unavailable', 'temporary', 'recipient', false],
  [
    'rcpt 554 delivery error: dd This account has been disabled or discontinued [#102]',
    'mailbox_unavailable',
    'permanent',
    'recipient',
    true,
  ],
  [
    'rcpt 550 5.2.1 The email account that you tried to reach is disabled',
    'mailbox_unavailable',
    'permanent',
    'recipient',
    true,
  ],
  ['rcpt 550 5.2.1 Account is suspended', 'mailbox_unavailable', 'permanent', 'recipient', false],
  [
    'dot 550 5.7.1 Our system has detected that this message is likely unsolicited mail.',
    'content',
    'permanent',
    'customer',
  ],
  ['dot 554 5.7.1 Message rejected: virus found (Eicar-Test-Signature)', 'content', 'permanent', 'customer'],
  ['dot 554 5.7.1 Spam message rejected', 'content', 'permanent', 'customer'],
  [
    'rcpt 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    'reputation',
    'permanent',
    'easymail',
  ],
  [
    "mail 550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3150).",
    'reputation',
    'permanent',
    'easymail',
  ],
  [
    'greeting 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints',
    'reputation',
    'temporary',
    'easymail',
  ],
  ['greeting 554 not now', 'reputation', 'permanent', 'easymail'],
  ['greeting 421 4.7.0 Too many connections from your host', 'volume', 'temporary', 'easymail'],
  [
    'rcpt 450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery',
    'volume',
    'temporary',
    'easymail',
  ],
  ['rcpt 450 4.2.0 Greylisted, please try again later', 'technical', 'temporary', 'remote'],
  ['greeting 421 4.3.2 Service not available, closing transmission channel', 'technical', 'temporary', 'remote'],
  ['rcpt 451 4.3.0 Internal error', 'technical', 'temporary', 'remote'],
  ['dot 554 5.4.6 Too many hops', 'technical', 'permanent', 'remote'],
  ['dot 550 5.7.26 This mail is unauthenticated', 'authentication', 'permanent', 'customer'],
  ['dot 550 5.7.1 DMARC policy of example.org rejects it', 'authentication', 'permanent', 'customer'],
  ['mail 550 5.7.23 SPF check failed', 'authentication', 'permanent', 'customer'],
  ['greeting 550 5.7.25 no PTR record', 'authentication', 'permanent', 'easymail'],
  ['mail 450 4.7.1 Client host rejected: cannot find your reverse hostname', 'authentication', 'temporary', 'easymail'],
  ['rcpt 554 5.7.1 Relay access denied', 'policy', 'permanent', 'remote'],
  ['mail 552 5.3.4 Message size exceeds fixed maximum message size', 'policy', 'permanent', 'customer'],
  ['mail 550 5.1.8 Sender address rejected: Domain not found', 'policy', 'permanent', 'customer'],
  ['mail 550 5.1.1 User unknown', 'policy', 'permanent', 'customer', false],
  ['dot 550 5.7.0 Local policy violation', 'policy', 'permanent', 'remote'],
  ['dot 554 something else', 'unclassified', 'permanent', 'remote'],
];

function causeOf(line: string): Cause {
  const [, stage = '', code = '', enhanced, text = ''] = /^(\w+) (\d{3})[ -](\d\.\d+\.\d+ )?(.*)$/.exec(line) ?? [];
  const reply = { code: Number(code), text, ...(enhanced !== undefined && { enhanced: enhanced.trim() }) };
  return { from: 'remote', stage: stage as SmtpStage, host: 'mx.test', reply };
}

describe('classes of replies', () => {
  for (const [line, name, permanence, responsible, gone] of REPLIES) {
    test(line, () => {
      const { gone: said, ...rest } = classifyBounce(causeOf(line));
      assert.deepEqual(rest, { class: name, permanence, responsible });
      if (gone !== undefined) assert.equal(said, gone, 'gone for good');
    });
  }
});

test('a code without words means what its RFC says', () => {
  const about = (code: number, enhanced?: string) =>
    classifyReply({ code, text: '', ...(enhanced !== undefined && { enhanced }) }, 'rcpt').class;
  assert.equal(about(550, '5.1.1'), 'invalid_address');
  assert.equal(about(550, '5.7.13'), 'mailbox_unavailable');
  assert.equal(about(550, '5.7.28'), 'volume');
  assert.equal(about(550, '5.7.99'), 'policy');
  assert.equal(about(552), 'mailbox_unavailable');
  assert.equal(about(451), 'technical');
  assert.equal(about(550), 'mailbox_unavailable');
  assert.equal(about(554), 'unclassified');
});

test('every cause of ours has a class, and none means that an address is gone', () => {
  for (const cause of Object.keys(CAUSE_STATUS) as OwnCause[]) {
    const bounce = classifyBounce({ from: 'us', cause });
    assert.notEqual(bounce.class, 'unclassified', cause);
    assert.equal(bounce.gone, false, cause);
  }
  assert.equal(classifyBounce({ from: 'us', cause: 'internal' }).responsible, 'easymail');
  assert.equal(classifyBounce({ from: 'us', cause: 'dns-no-domain' }).permanence, 'permanent');
});

test('long hostile replies take no more than a short while', () => {
  const words = ['user', 'mailbox', 'account', 'a', 'ip', 'not', 'quota', 'sender', 'domain', 'message'];
  const texts = [
    ...words.map((word) => `${word} `.repeat(20_000)),
    'a'.repeat(200_000),
    '@'.repeat(200_000),
    '容量ﾞ'.repeat(50_000),
  ];
  const begun = performance.now();
  for (const text of texts) classifyReply({ code: 550, text }, 'rcpt');
  const each = (performance.now() - begun) / texts.length;
  assert.ok(each < 50, `${each.toFixed(1)} ms each`);
});
