import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeWords } from '../../protocol/mime/encoded-word.ts';
import { firstText, parseHeader } from '../../protocol/mime/header.ts';
import { readParts } from '../../protocol/mime/parts.ts';
import type { QueueId } from '../message.ts';
import type { OwnMail } from './operations.ts';
import { composeOwnMail, type OwnMailOptions } from './own-mail.ts';

const options: OwnMailOptions = {
  id: '1k80dag2700vm0000' as QueueId,
  hostname: 'relay.test',
  operator: 'Télécom',
  bounceDomain: 'bounce.relay.test',
  returnKey: new Uint8Array(32),
  now: 1_795_310_305_000,
  keepSubject: true,
};
const mail: OwnMail = {
  to: 'anna@world.test',
  subject: 'Grüße',
  text: 'Zeile 1\nZeile 2\n.\n',
  html: '<p>Grüße</p>',
  language: 'de',
};

function content(given: Partial<OwnMail> = {}, more: Partial<OwnMailOptions> = {}): Buffer {
  const { body } = composeOwnMail({ ...mail, ...given }, { ...options, ...more });
  assert.equal(body.kind, 'inline');
  return Buffer.from(body.kind === 'inline' ? body.bytes : []);
}

test('text and HTML of one mail, that says who wrote it and that no machine should answer', () => {
  const octets = content();
  const { header, parts } = readParts(octets);
  const shown = (name: string) => decodeWords(firstText(header, name) ?? '');
  assert.equal(shown('from'), 'Télécom <postmaster@relay.test>');
  assert.equal(shown('to'), '<anna@world.test>');
  assert.equal(shown('subject'), 'Grüße');
  assert.equal(shown('auto-submitted'), 'auto-generated');
  assert.equal(shown('message-id'), '<1k80dag2700vm0000@relay.test>');
  assert.equal(shown('date'), 'Sun, 22 Nov 2026 01:18:25 +0000');
  assert.deepEqual(
    parts.map(({ type, within }) => [type, within]),
    [
      ['text/plain', 'multipart/alternative'],
      ['text/html', 'multipart/alternative'],
    ],
  );
  assert.ok(octets.every((octet) => octet < 128));
  for (const line of octets.toString().split('\r\n')) assert.ok(line.length <= 78 && !line.includes('\n'), line);
});

test('it belongs to the relay: a null sender to ourselves, a tag of ours on the wire', () => {
  const { meta, recipients, events } = composeOwnMail(mail, options);
  assert.deepEqual([meta.customer, meta.direction, meta.sender, meta.ours], ['easymail', 'outbound', '', true]);
  assert.match(meta.envelopeFrom ?? '', /^bounce-1k80dag2700vm0000-0-[a-z2-7]{12}@bounce\.relay\.test$/);
  assert.deepEqual(recipients, [{ address: 'anna@world.test', destination: 'world.test' }]);
  assert.equal(JSON.parse(events[0] ?? '{}').type, 'message.accepted');
  assert.equal(composeOwnMail(mail, { ...options, keepSubject: false }).meta.subject, undefined);
});

test('nothing in a value begins a line of the header', () => {
  const evil = 'x\r\nBcc: eve@evil.test\r\n\r\n<b>body</b>';
  const header = parseHeader(content({ subject: evil }, { operator: `${evil}"\\` }));
  const names = header.fields.map(({ name }) => name);
  assert.equal(names.includes('bcc'), false);
  assert.equal(header.strayLines, 0);
  assert.match(
    firstText(header, 'from') ?? '',
    /^"x Bcc: eve@evil\.test <b>body<\/b>\\"\\\\" <postmaster@relay\.test>$/,
  );
  for (const to of [
    'a@b.test\r\nBcc: x@y.test',
    'a@b.test>, <x@y.test',
    'a@b.test, x@y.test',
    '',
    'x',
    'a@[127.0.0.1]',
    'postmaster',
  ]) {
    assert.throws(() => content({ to }), RangeError, to);
  }
});

test('a name of another alphabet, and an address that needs SMTPUTF8 only where it does', () => {
  const idn = composeOwnMail({ ...mail, to: 'anna@bücher.test' }, options);
  assert.deepEqual([idn.recipients[0]?.address, idn.meta.smtpUtf8], ['anna@xn--bcher-kva.test', false]);
  const eai = composeOwnMail({ ...mail, to: 'ännä@world.test' }, options);
  assert.deepEqual([eai.recipients[0]?.address, eai.meta.smtpUtf8], ['ännä@world.test', true]);
});

test('files go beside the words, their names without anything but letters', () => {
  const octets = Uint8Array.from({ length: 256 }, (_, i) => i);
  const attachments = [{ name: '../a "b"\r\n.pdf', type: 'application/pdf\r\nX: y', content: octets }];
  const { parts, header } = readParts(content({ attachments }));
  assert.match(firstText(header, 'content-type') ?? '', /^multipart\/mixed/);
  const file = parts.at(-1);
  assert.ok(file);
  assert.equal(file.type, 'application/octet-stream');
  assert.equal(firstText(file.header, 'content-disposition'), 'attachment; filename=".._a__b___.pdf"');
  assert.deepEqual(Buffer.from(file.body.toString(), 'base64'), Buffer.from(octets));
});
