import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { startTestServer } from '../../../test/dialogues/server.ts';
import { createAuthority } from '../../../test/support/certificates.ts';
import { SmtpClient } from '../../../test/support/smtp-client.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { makeScramKeys } from '../../protocol/sasl/scram.ts';
import type { CertificateFiles } from './certificates.ts';
import { replies } from './replies.ts';

const folder = temporaryFolder('listener');
let certificate: CertificateFiles;
let other: CertificateFiles;

before(async () => {
  const authority = await createAuthority(folder.path);
  certificate = await authority.issue('relay.test', ['localhost', '127.0.0.1']);
  other = await authority.issue('renewed.test', ['localhost', '127.0.0.1']);
});
after(() => folder.remove());

const message = { from: 'a@b.test', to: ['c@d.test'], content: Buffer.from('Subject: x\r\n\r\nbody\r\n') };

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(what);
}

test('STARTTLS and implicit TLS carry messages', async () => {
  await using server = await startTestServer({
    certificate,
    listeners: [
      { roles: ['outbound', 'inbound'], tls: 'starttls' },
      { roles: ['inbound'], tls: 'implicit' },
    ],
  });
  await using upgraded = await SmtpClient.connect({ port: server.port(0) });
  await upgraded.hello();
  await upgraded.startTls();
  assert.equal((await upgraded.message(message)).code, 250);
  await using implicit = await SmtpClient.connect({ port: server.port(1), implicitTls: true });
  const hello = await implicit.hello();
  assert.ok(!hello.text.includes('STARTTLS') && !hello.text.includes('AUTH'));
  const large = Buffer.from(`Subject: x\r\n\r\n${'0123456789'.repeat(7)}\r\n`.repeat(20_000));
  assert.equal((await implicit.message({ ...message, content: large })).code, 250);
  await implicit.quit();
  assert.ok(server.kept.messages[1]?.content.equals(large));
  assert.deepEqual(server.kept.violations, []);
});

test('TLS 1.1 and what is pipelined behind STARTTLS are refused', async () => {
  await using server = await startTestServer({
    certificate,
    listeners: [
      { roles: ['inbound'], tls: 'implicit' },
      { roles: ['inbound'], tls: 'starttls' },
    ],
  });
  const old = connectTls({
    port: server.port(0),
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
  });
  const outcome = await new Promise((resolve) => {
    old.once('secureConnect', () => resolve('connected'));
    old.once('error', () => resolve('refused'));
  });
  old.destroy();
  assert.equal(outcome, 'refused');
  await using client = await SmtpClient.connect({ port: server.port(1) });
  await client.hello();
  client.send('STARTTLS\r\nRSET\r\n');
  assert.equal((await client.reply()).code, 554);
  assert.equal(await client.replyOrEnd(), undefined);
});

test('login by PLAIN, LOGIN and SCRAM; submission wants it', async () => {
  const keys = makeScramKeys('pencil');
  await using server = await startTestServer({
    certificate,
    listeners: [{ roles: ['submission'], tls: 'starttls' }],
    hooks: { credentials: (name) => (name === 'user' ? keys : undefined) },
  });
  await using clear = await SmtpClient.connect({ port: server.port() });
  const hello = await clear.hello();
  assert.ok(!hello.text.includes('AUTH'));
  await clear.expect(530, 'MAIL FROM:<a@b.test>');
  await clear.expect(538, 'AUTH PLAIN AHVzZXIAcGVuY2ls');
  await clear.startTls();
  await clear.expect(530, 'MAIL FROM:<a@b.test>');
  await clear.expect(535, `AUTH PLAIN ${Buffer.from('\0user\0pencils').toString('base64')}`);
  await clear.expect(334, 'AUTH LOGIN');
  await clear.expect(501, '*');
  await clear.expect(334, `AUTH LOGIN ${Buffer.from('user').toString('base64')}`);
  await clear.expect(235, Buffer.from('pencil').toString('base64'));
  await clear.expect(503, 'AUTH PLAIN');
  assert.equal((await clear.message(message)).code, 250);
  await using plain = await SmtpClient.connect({ port: server.port() });
  await plain.hello();
  await plain.startTls();
  await plain.expect(334, 'AUTH PLAIN');
  await plain.expect(235, Buffer.from('\0user\0pencil').toString('base64'));
  await using wrong = await SmtpClient.connect({ port: server.port() });
  await wrong.hello();
  await wrong.startTls();
  const nobody = `AUTH PLAIN ${Buffer.from('\0nobody\0x').toString('base64')}`;
  await wrong.expect(535, nobody);
  await wrong.expect(535, nobody);
  await wrong.expect(421, nobody);
});

test('certificates are changed under running sessions; a broken one leaves the old', async () => {
  const files = { certificate: folder.file('live.pem'), key: folder.file('live.key') };
  copyFileSync(certificate.certificate, files.certificate);
  copyFileSync(certificate.key, files.key);
  await using server = await startTestServer({
    certificate: files,
    listeners: [{ roles: ['inbound'], tls: 'implicit' }],
  });
  const nameOf = async (): Promise<string> => {
    const socket = connectTls({ port: server.port(), rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return String(CN);
  };
  await using running = await SmtpClient.connect({ port: server.port(), implicitTls: true });
  await running.hello();
  assert.equal(await nameOf(), 'relay.test');
  copyFileSync(other.certificate, files.certificate);
  copyFileSync(other.key, files.key);
  await server.listeners.reloadCertificates();
  assert.equal(await nameOf(), 'renewed.test');
  writeFileSync(files.certificate, 'no certificate');
  await server.listeners.reloadCertificates();
  assert.equal(await nameOf(), 'renewed.test');
  assert.ok(server.log.some((line) => line.includes('certificate not reloaded')));
  await server.listeners.reloadCertificates(certificate);
  assert.equal(await nameOf(), 'relay.test', 'other files by a reload of the configuration');
  await running.expect(250, 'NOOP');
});

test('a TLS session is resumed at another thread that has the same ticket keys', async () => {
  const ticketKeys = Buffer.alloc(48, 7);
  const listeners = [{ roles: ['inbound'] as const, tls: 'implicit' as const }];
  await using first = await startTestServer({ certificate, ticketKeys, listeners });
  await using second = await startTestServer({ certificate, ticketKeys, listeners });
  const open = (port: number, session?: Buffer): TLSSocket =>
    connectTls({
      port,
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.2',
      ...(session === undefined ? {} : { session }),
    });
  const before = open(first.port());
  await new Promise((resolve) => before.once('secureConnect', resolve));
  const session = before.getSession();
  before.destroy();
  const resumed = open(second.port(), session);
  await new Promise((resolve) => resumed.once('secureConnect', resolve));
  assert.ok(resumed.isSessionReused());
  resumed.destroy();
});

test('a client that talks before the greeting is refused', async () => {
  await using server = await startTestServer();
  for (let i = 0; i < 20; i++) {
    await using client = await SmtpClient.connect({ port: server.port() });
    client.send('EHLO client.test\r\n');
    assert.equal((await client.reply()).code, 554);
    assert.equal(await client.replyOrEnd(), undefined);
  }
});

test('connections: in all and by source, 421 and the end; places come back', async () => {
  await using all = await startTestServer({ limits: { connections: 2 } });
  const first = await SmtpClient.connect({ port: all.port() });
  const second = await SmtpClient.connect({ port: all.port() });
  await first.expect(220);
  await second.expect(220);
  await using third = await SmtpClient.connect({ port: all.port() });
  await third.expect(421);
  assert.equal(await third.replyOrEnd(), undefined);
  await first.quit();
  await until(() => all.kept.openSessions === 1, 'first session closed');
  let greeting = 421;
  for (let i = 0; i < 100 && greeting === 421; i++) {
    await using fourth = await SmtpClient.connect({ port: all.port() });
    greeting = (await fourth.reply()).code;
  }
  assert.equal(greeting, 220);
  second.close();
  await using bySource = await startTestServer({ limits: { connections_per_source: 1 }, registered: false });
  await using one = await SmtpClient.connect({ port: bySource.port() });
  await one.expect(220);
  await using two = await SmtpClient.connect({ port: bySource.port() });
  await two.expect(421);
  await using elsewhere = await SmtpClient.connect({ port: bySource.port(), from: '127.0.0.2' });
  await elsewhere.expect(220);
});

test('connections of a shared source have a limit of their own', async () => {
  const limits = { connections_per_source: 1, connections_per_shared_source: 2, connections_per_customer: 1 };
  await using server = await startTestServer({ limits, registered: 'shared' });
  await using one = await SmtpClient.connect({ port: server.port() });
  await one.expect(220);
  await using two = await SmtpClient.connect({ port: server.port() });
  await two.expect(220);
  await using three = await SmtpClient.connect({ port: server.port() });
  await three.expect(421);
  await using elsewhere = await SmtpClient.connect({ port: server.port(), from: '127.0.0.2' });
  await elsewhere.expect(220);
});

test('close: idle sessions get 421, a message on its way gets its 250, then the listener is gone', async () => {
  const server = await startTestServer();
  await using idle = await SmtpClient.connect({ port: server.port() });
  await idle.hello();
  await using busy = await SmtpClient.connect({ port: server.port() });
  await busy.hello();
  await busy.expect(250, 'MAIL FROM:<a@b.test>');
  await busy.expect(250, 'RCPT TO:<c@d.test>');
  await busy.expect(354, 'DATA');
  const closed = server.listeners.close(5000);
  await idle.expect(421);
  busy.send('a: b\r\n\r\n.\r\n');
  await busy.expect(250);
  await busy.expect(421);
  await closed;
  await assert.rejects(SmtpClient.connect({ port: server.port() }));
});

test('close cuts what is left after the grace', async () => {
  const server = await startTestServer();
  await using stuck = await SmtpClient.connect({ port: server.port() });
  await stuck.hello();
  await stuck.expect(250, 'MAIL FROM:<a@b.test>');
  const began = performance.now();
  await server.listeners.close(100);
  assert.ok(performance.now() - began < 2000);
  assert.equal(server.kept.openTransactions, 0);
  assert.equal(server.kept.openSessions, 0);
});

test('before the grace is over a session in the middle of something gets its 421', async () => {
  const server = await startTestServer();
  await using stuck = await SmtpClient.connect({ port: server.port() });
  await stuck.hello();
  await stuck.expect(250, 'MAIL FROM:<a@b.test>');
  const closed = server.listeners.close(700);
  await stuck.expect(421);
  assert.equal(await stuck.replyOrEnd(), undefined);
  await closed;
});

test('time-outs end sessions with 421', async () => {
  await using server = await startTestServer({
    limits: { greeting_timeout: 150, command_timeout: 150, data_timeout: 150 },
  });
  await using silent = await SmtpClient.connect({ port: server.port() });
  await silent.expect(220);
  await silent.expect(421);
  await using inData = await SmtpClient.connect({ port: server.port() });
  await inData.hello();
  await inData.expect(250, 'MAIL FROM:<a@b.test>');
  await inData.expect(250, 'RCPT TO:<c@d.test>');
  await inData.expect(354, 'DATA');
  inData.send('a: b\r\n');
  await inData.expect(421);
  assert.equal(await inData.replyOrEnd(), undefined);
});

test('a client that never reads its replies is cut', async () => {
  await using server = await startTestServer({
    limits: { command_timeout: 300, commands_without_mail: 1e9, errors: 1e9 },
  });
  const socket = connect(server.port(), '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.pause();
  const ended = new Promise((resolve) => socket.once('close', resolve));
  const help = 'HELP\r\n'.repeat(10_000);
  let pushed = 0;
  const push = () => {
    while (!socket.destroyed && pushed < 2000 && socket.write(help)) pushed++;
  };
  socket.on('drain', push);
  push();
  await until(() => server.kept.openSessions === 0, 'the session is over');
  assert.ok(pushed < 2000, `${pushed} pieces were read`);
  socket.destroy();
  await ended;
});

test('a slow disk stops the client: the body is not taken faster than the handler takes it', async () => {
  let taken = 0;
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await using server = await startTestServer({
    hooks: {
      body: (octets) => {
        taken += octets.length;
        return gate;
      },
    },
  });
  const client = await SmtpClient.connect({ port: server.port() });
  await client.hello();
  await client.expect(250, 'MAIL FROM:<a@b.test>');
  await client.expect(250, 'RCPT TO:<c@d.test>');
  await client.expect(354, 'DATA');
  const content = Buffer.from(`a: b\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(200_000)}`);
  client.send(content);
  client.send('.\r\n');
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(taken < 200_000, `${taken} octets taken`);
  release();
  await client.expect(250);
  assert.ok(server.kept.messages[0]?.content.equals(content));
  client.close();
});

test('a thousand sessions that break off leave nothing behind', async () => {
  await using server = await startTestServer({ certificate, limits: { connections: 2000 } });
  const begins = ['', 'EH', 'EHLO x\r\n', 'EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n'];
  const more = [...begins, `${begins[3]}DATA\r\n`, `${begins[3]}BDAT 100\r\nabc`, 'EHLO x\r\nSTARTTLS\r\n'];
  const breakOff = async (i: number): Promise<void> => {
    const socket: Socket = connect({ port: server.port(), host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    if (i % 3 > 0) await new Promise((resolve) => socket.once('data', resolve));
    socket.write(more[i % more.length] ?? '');
    if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (i % 5 === 0) socket.end();
    else if (i % 5 === 1) socket.resetAndDestroy();
    else socket.destroy();
    socket.resume();
  };
  for (let i = 0; i < 1000; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => breakOff(i + j)));
  }
  await until(() => server.kept.openSessions === 0, `${server.kept.openSessions} sessions are still open`);
  assert.equal(server.kept.openTransactions, 0);
  assert.deepEqual(server.kept.violations, []);
  assert.deepEqual(server.log, []);
  await using client = await SmtpClient.connect({ port: server.port() });
  await client.hello();
  assert.equal((await client.message(message)).code, 250);
});

test('a refusal of the handler reaches the client as it is', async () => {
  await using server = await startTestServer({ hooks: { header: () => replies.loop, rcpt: () => undefined } });
  await using client = await SmtpClient.connect({ port: server.port() });
  await client.hello();
  assert.equal((await client.message(message)).text, '554 5.4.6 Mail loop');
  assert.equal(server.kept.aborted, 1);
  assert.deepEqual(server.kept.refused, [{ name: 'loop', about: { sender: 'a@b.test' } }]);
});
