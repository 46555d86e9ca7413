// PROXY headers on real sockets: from a named proxy, from a stranger, before plain SMTP and before TLS.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { startTestServer } from '../../../test/dialogues/server.ts';
import { createAuthority } from '../../../test/support/certificates.ts';
import { skipWithoutPrograms } from '../../../test/support/processes.ts';
import { SmtpClient } from '../../../test/support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temp.ts';
import type { CertificateFiles } from './certificates.ts';

const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.25 1234 25\r\n';
const V2 = Buffer.from('0d0a0d0a000d0a515549540a2111000cc0000207c633641904d20019', 'hex').toString('latin1');
const LOCAL = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex').toString('latin1');
const proxied = { roles: ['outbound'], tls: 'starttls', proxies: ['127.0.0.0/8'] } as const;

let temp: TemporaryFolder;
let certificate: CertificateFiles;
const skip = skipWithoutPrograms(['openssl']);

before(async () => {
  temp = temporaryFolder('proxied');
  if (skip === false) certificate = await (await createAuthority(temp.path)).issue('relay.test', ['relay.test']);
});
after(() => temp.remove());

/** All that the server says until it ends the connection, or until `enough` is in it. */
async function say(port: number, pieces: string[], enough = /^$/): Promise<string> {
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  let heard = '';
  socket.setEncoding('latin1');
  socket.setNoDelay(true);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('data', (text: string) => {
    heard += text;
    if (enough.test(heard)) resolve();
  });
  socket.on('close', () => resolve());
  socket.on('error', () => resolve());
  for (const piece of pieces) {
    socket.write(Buffer.from(piece, 'latin1'));
    await new Promise((done) => setTimeout(done, 3));
  }
  await promise;
  socket.destroy();
  return heard;
}

test('the client that a named proxy names counts, however the header is cut', async () => {
  await using server = await startTestServer({ listeners: [proxied] });
  const halves = (text: string) => [text.slice(0, 9), text.slice(9)];
  for (const pieces of [[V1], [V2], halves(V1), halves(V2)]) {
    assert.match(await say(server.port(), pieces, /\n/), /^220 /);
  }
  assert.deepEqual(
    server.kept.clients.map(({ ip, port }) => `${ip} ${port}`),
    Array.from({ length: 4 }, () => '192.0.2.7 1234'),
  );
  for (const pieces of [['PROXY UNKNOWN\r\n'], [LOCAL]]) assert.match(await say(server.port(), pieces, /\n/), /^220 /);
  assert.deepEqual(
    server.kept.clients.slice(4).map(({ ip }) => ip),
    ['127.0.0.1', '127.0.0.1'],
  );
});

test('a client that talks before the greeting is caught behind a proxy too', async () => {
  await using server = await startTestServer({ listeners: [proxied] });
  for (const header of [V1, V2])
    assert.match(await say(server.port(), [`${header}EHLO x\r\n`]), /^554 5\.5\.0 You spoke/);
  assert.match(await say(server.port(), [`${V1}${V2}`]), /^554 5\.5\.1 No PROXY header/);
});

test('a named proxy must send a header, and in time', async () => {
  await using server = await startTestServer({ listeners: [proxied], limits: { greeting_timeout: 100 } });
  for (const wrong of ['EHLO x\r\n', 'PROXY TCP4 x\r\n', V2.replace('\x21', '\x31')]) {
    assert.match(await say(server.port(), [wrong]), /^421 4\.3\.5 A proxy of ours must/);
  }
  for (const part of ['', 'PROXY TCP4 ', V2.slice(0, 20)]) {
    assert.match(await say(server.port(), part === '' ? [] : [part]), /^421 4\.4\.2 Timed out/);
  }
  assert.equal(server.kept.clients.length, 0);
  assert.equal(server.kept.openSessions, 0);
});

test('anybody else who sends one gets a plain refusal', async () => {
  const listeners = [{ ...proxied, proxies: ['10.0.0.0/8'] }];
  await using server = await startTestServer({ listeners, registered: false });
  for (const header of [V1, V2]) assert.match(await say(server.port(), [header]), /^554 5\.5\.1 No PROXY header/);
});

test('a stranger that waits for the greeting before its PROXY line is refused as well', async () => {
  await using server = await startTestServer();
  const socket = connect({ port: server.port(), host: '127.0.0.1' });
  let heard = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    if (heard === '') socket.write(V1);
    heard += text;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  assert.match(heard, /^220 .*\r\n554 5\.5\.1 No PROXY header/);
});

test('limits by source count for the client, not for the proxy', async () => {
  await using server = await startTestServer({
    listeners: [proxied],
    registered: false,
    limits: { connections_per_source: 1 },
  });
  const held: Socket[] = [];
  const greeting = (client: string) =>
    new Promise<string>((resolve) => {
      const socket = connect({ port: server.port(), host: '127.0.0.1' });
      held.push(socket);
      socket.write(`PROXY TCP4 ${client} 198.51.100.25 1 25\r\n`);
      socket.once('data', (octets) => resolve(octets.toString()));
    });
  assert.match(await greeting('192.0.2.1'), /^220/);
  assert.match(await greeting('192.0.2.2'), /^220/);
  assert.match(await greeting('192.0.2.1'), /^421 4\.7\.0 Too many connections from your address/);
  for (const socket of held) socket.destroy();
});

test('before implicit TLS, also where the first octets of TLS come together with the header', { skip }, async () => {
  await using server = await startTestServer({ listeners: [{ ...proxied, tls: 'implicit' }], certificate });
  for (const header of [V1, V2]) {
    const socket = connect({ port: server.port(), host: '127.0.0.1' });
    socket.cork();
    socket.write(Buffer.from(header, 'latin1'));
    const secure = connectTls({ socket, rejectUnauthorized: false });
    setTimeout(() => socket.uncork(), 5);
    const greeting = await new Promise<string>((resolve, reject) => {
      secure.once('data', (octets: Buffer) => resolve(octets.toString()));
      secure.once('error', reject);
    });
    assert.match(greeting, /^220 /);
    secure.destroy();
  }
  assert.deepEqual(
    server.kept.clients.map(({ ip }) => ip),
    ['192.0.2.7', '192.0.2.7'],
  );
});

test('STARTTLS and a message behind a proxy', { skip }, async () => {
  await using server = await startTestServer({ listeners: [proxied], certificate });
  for (const header of [V1, V2]) {
    await using client = await SmtpClient.connect({ port: server.port() });
    client.send(header);
    await client.hello();
    await client.startTls();
    const content = Buffer.from(`Subject: x\r\n\r\n${'x'.repeat(70)}\r\n`.repeat(2000));
    assert.equal((await client.message({ from: 'a@b.test', to: ['c@d.test'], content })).code, 250);
    await client.quit();
  }
  assert.equal(server.kept.messages.length, 2);
  assert.deepEqual(server.kept.violations, []);
});
