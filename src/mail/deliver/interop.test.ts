// Towards real receivers: Debian's Postfix with TLS, and its smtp-sink in various tempers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createAuthority } from '../../../test/support/certificates.ts';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { told } from '../../../test/support/outcomes.ts';
import { freePort, waitForPort } from '../../../test/support/ports.ts';
import { skipWithoutPostfix, startPostfix, waitForMaildir } from '../../../test/support/postfix.ts';
import { findProgram, skipWithoutPrograms, startProcess } from '../../../test/support/processes.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';

const limits = { connect_timeout: 5000, command_timeout: 10_000, dot_timeout: 10_000 };

test('Postfix takes mail over verified TLS, byte for byte', { skip: skipWithoutPostfix }, async () => {
  await using folder = temporaryFolder('deliver-postfix');
  const authority = await createAuthority(folder.path);
  const certificate = await authority.issue('receiver.test', ['receiver.test']);
  const port = await freePort();
  await using _postfix = await startPostfix({
    folder: folder.file('postfix'),
    hostname: 'receiver.test',
    ports: [port],
    maildir: true,
    tls: certificate,
  });
  await using delivery = createTestDelivery(limits, { ca: [readFileSync(authority.ca, 'utf8')] });
  const content = 'From: a@acme.test\r\nSubject: dots\r\n\r\n.\r\n..\r\n.x\r\nline\r\n';
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      delivery.send({ to: port, content, recipients: [`r${i}@receiver.test`], route: { tls: 'verify' } }),
    ),
  );
  for (const [outcome] of outcomes) {
    assert.equal(told(outcome), 'delivered 250');
    assert.equal(outcome?.kind === 'delivered' && outcome.attempt.tls?.verified, true);
  }
  const paths = await waitForMaildir(folder.file('postfix'), 10);
  assert.equal(paths.length, 10);
  for (const path of paths) {
    const text = readFileSync(path, 'latin1');
    assert.ok(text.includes('X-Easymail-Loop: outbound '));
    assert.ok(text.endsWith(content.replaceAll('\r\n', '\n')));
  }
});

test('Postfix refuses one recipient of several', { skip: skipWithoutPostfix }, async () => {
  await using folder = temporaryFolder('deliver-postfix');
  const port = await freePort();
  await using _postfix = await startPostfix({
    folder: folder.file('postfix'),
    hostname: 'receiver.test',
    ports: [port],
    maildir: true,
    main: {
      smtpd_recipient_restrictions: `check_recipient_access inline:{{no@receiver.test = 550 5.1.1 unknown} {later@receiver.test = 450 4.2.1 busy}}, permit`,
    },
  });
  await using delivery = createTestDelivery(limits);
  const recipients = ['yes@receiver.test', 'no@receiver.test', 'later@receiver.test'];
  const outcomes = await delivery.send({ to: port, recipients });
  assert.deepEqual(outcomes.map(told), ['delivered 250', 'bounced rcpt 550', 'deferred rcpt 450 (recipient)']);
  assert.equal((await waitForMaildir(folder.file('postfix'), 1)).length, 1);
});

// Options of smtp-sink, and what becomes of mail to it.
const TEMPERS: [string[], RegExp][] = [
  [[], /^delivered 250$/],
  // No PIPELINING; no ESMTP; disconnects after each DATA; hard and soft errors at commands.
  [['-p'], /^delivered 250$/],
  [['-e'], /^delivered 250$/],
  [['-q', 'data'], /^deferred connection-lost/],
  [['-q', '.'], /^deferred connection-lost/],
  [['-q', 'mail'], /^deferred connection-lost/],
  [['-f', 'rcpt'], /^bounced rcpt 500$/],
  [['-r', 'rcpt'], /^deferred rcpt 450 \(recipient\)$/],
  [['-f', 'data'], /^bounced data 500$/],
  [['-r', '.'], /^deferred dot 450 \(message\)$/],
  [['-f', '.'], /^bounced dot 500$/],
  [['-f', 'ehlo'], /^delivered 250$/],
  [['-f', 'connect'], /^bounced greeting 500$/],
];

test('smtp-sink in its tempers', { skip: skipWithoutPrograms(['smtp-sink'], { root: true }) }, async () => {
  for (const [options, expected] of TEMPERS) {
    const port = await freePort();
    await using _sink = startProcess(findProgram('smtp-sink') ?? 'smtp-sink', [
      '-u',
      'nobody',
      ...options,
      `127.0.0.1:${port}`,
      '100',
    ]);
    await waitForPort(port);
    await using delivery = createTestDelivery(limits);
    const [first] = await delivery.send({ to: port });
    assert.match(told(first), expected, options.join(' '));
  }
});
