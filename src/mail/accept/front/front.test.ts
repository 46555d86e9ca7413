// The front on real sockets.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer, type TestServerOptions } from '../../../../test/dialogues/server.ts';
import { createAuthority } from '../../../../test/support/certificates.ts';
import { SmtpClient } from '../../../../test/support/smtp-client.ts';
import { temporaryFolder } from '../../../../test/support/temp.ts';
import { until } from '../../../../test/support/until.ts';
import { strangers } from '../../../platform/config/strangers.ts';
import { makeScramKeys } from '../../../protocol/sasl/scram.ts';
import type { CertificateFiles } from '../certificates.ts';
import { createConnectionRates, openConnectionRates } from './connection-rates.ts';
import type { FrontOptions } from './front.ts';
import type { Standing } from './gate.ts';

const folder = temporaryFolder('front');
let certificate: CertificateFiles;

before(async () => {
  certificate = await (await createAuthority(folder.path)).issue('relay.test', ['localhost', '127.0.0.1']);
});
after(() => folder.remove());

const message = { from: 'a@b.test', to: ['c@d.test'], content: Buffer.from('Subject: x\r\n\r\nbody\r\n') };

interface World extends AsyncDisposable {
  server: TestServer;
  /** What the log says of load. */
  loads(): (string | undefined)[];
}

/** 127.0.0.1 is registered, 127.0.0.2 known, everybody else a stranger. */
async function world(
  settings: Record<string, unknown>,
  more: TestServerOptions = {},
  listed: string[] = [],
): Promise<World> {
  const parsed = strangers.parse({ greeting_pause: '30ms', ...settings });
  const standings: Record<string, Standing> = { '127.0.0.1': 'registered', '127.0.0.2': 'known' };
  const front: FrontOptions = {
    standing: (ip) => standings[ip] ?? 'stranger',
    rates: openConnectionRates(createConnectionRates()),
    settings: () => parsed,
    threads: 1,
    fileFrom: 128 * 1024,
    dnsbl: { listing: async (ip) => (listed.includes(ip) ? 'bl.test' : undefined), close: () => {} },
    load: () => {},
  };
  const server = await startTestServer({ ...more, front, registered: (ip) => ip === '127.0.0.1' });
  const loads = () => server.log.join('').match(/no longer under load|"cause":"[a-z]+"/g) ?? [];
  return { server, loads, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function open(server: TestServer, from: string): Promise<SmtpClient> {
  return SmtpClient.connect({ port: server.port(), from });
}

/** Connects and says nothing more; what came until the end, or `reset`. */
function raw(server: TestServer, from: string, write?: string): { socket: Socket; end: Promise<string> } {
  const socket = connect({ port: server.port(), host: '127.0.0.1', localAddress: from });
  let text = '';
  if (write !== undefined) socket.write(write);
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => (text += piece));
  socket.on('error', () => undefined);
  const end = new Promise<string>((resolve) => socket.once('close', (fault) => resolve(fault ? 'reset' : text)));
  return { socket, end };
}

test('a stranger that speaks before its greeting is dropped; whoever waits is greeted', async () => {
  await using here = await world({ greeting_pause: '400ms' });
  const early = raw(here.server, '127.0.0.9', 'EHLO early.test\r\n');
  assert.match(await early.end, /^554 5\.5\.0/);
  const hurried = raw(here.server, '127.0.0.9');
  await new Promise((resolve) => hurried.socket.once('connect', resolve));
  setTimeout(() => hurried.socket.write('EHLO hurried.test\r\n'), 150);
  assert.match(await hurried.end, /^554 5\.5\.0/);
  const began = performance.now();
  await using patient = await open(here.server, '127.0.0.9');
  await patient.expect(220);
  assert.ok(performance.now() - began >= 390, 'the pause');
  const again = performance.now();
  await using known = await open(here.server, '127.0.0.2');
  await known.expect(220);
  await using registered = await open(here.server, '127.0.0.1');
  await registered.expect(220);
  assert.ok(performance.now() - again < 390, 'known hosts and registered sources do not wait');
});

test('an address on a list gets 554 in place of the greeting, a registered source never', async () => {
  await using here = await world({}, {}, ['127.0.0.9', '127.0.0.1']);
  await using listed = await open(here.server, '127.0.0.9');
  assert.equal((await listed.expect(554)).lines[0], '5.7.1 Your address is listed by bl.test');
  assert.equal(await listed.replyOrEnd(), undefined);
  await using registered = await open(here.server, '127.0.0.1');
  await registered.expect(220);
});

test('where customers log in from anywhere, no list is asked', async () => {
  await using here = await world({}, { listeners: [{ roles: ['submission'], tls: 'starttls' }] }, ['127.0.0.9']);
  await using listed = await open(here.server, '127.0.0.9');
  await listed.expect(220);
});

test('one connection too many from a network is told so; others and registered sources are let in', async () => {
  await using here = await world({ connections_per_network: 2 });
  await using first = await open(here.server, '127.0.7.1');
  await using second = await open(here.server, '127.0.7.2');
  await Promise.all([first.expect(220), second.expect(220)]);
  await using third = await open(here.server, '127.0.7.3');
  assert.match((await third.expect(421)).lines[0] ?? '', /your network/);
  await using elsewhere = await open(here.server, '127.0.8.1');
  await elsewhere.expect(220);
  await first.quit();
  await until('the free place', async () => {
    await using again = await open(here.server, '127.0.7.3');
    return (await again.reply()).code === 220 || undefined;
  });
});

test('a connection that brings a message does not count towards the rate of its address', async () => {
  await using here = await world({ rate_per_source: 3 });
  for (let i = 0; i < 6; i++) {
    await using client = await open(here.server, '127.0.0.9');
    await client.hello();
    assert.equal((await client.message(message)).code, 250);
    await client.quit();
  }
  const codes: number[] = [];
  for (let i = 0; i < 8; i++) {
    await using client = await open(here.server, '127.0.0.9');
    codes.push((await client.reply()).code);
  }
  assert.ok(codes.includes(220) && codes.at(-1) === 421, codes.join(' '));
});

test('a flood is cut off without words, is load, and a registered source goes on meanwhile', async () => {
  await using here = await world({ rate_per_source: 5, busy_rate: 20 });
  await using customer = await open(here.server, '127.0.0.1');
  await customer.hello();
  const ends: Promise<string>[] = [];
  for (let round = 0; here.loads().length === 0; round++) {
    assert.ok(round < 500, 'the flood is noticed');
    for (let i = 0; i < 20; i++) ends.push(raw(here.server, `127.0.9.${(i % 5) + 1}`, 'XX\r\n').end);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (round % 10 === 0) assert.equal((await customer.message(message)).code, 250);
  }
  assert.equal(here.loads()[0], '"cause":"fruitless"');
  for (let i = 0; i < 100; i++) ends.push(raw(here.server, '127.0.9.1', 'XX\r\n').end);
  const said = await Promise.all(ends);
  assert.ok(said.includes('reset'), 'most are cut off');
  assert.ok(
    said.some((text) => text.startsWith('421 4.7.0')),
    'some are told why',
  );
  assert.equal((await customer.message(message)).code, 250);
  await until('the end of the load', () => here.loads()[1]);
  assert.equal(here.loads()[1], 'no longer under load');
});

test('under load a stranger that says nothing, or crawls, is dropped; a registered source has its time', async (context) => {
  await using here = await world({ busy_timeout: '1s', busy_rate: 20, rate_per_source: 100 });
  await using silent = await open(here.server, '127.0.0.9');
  await silent.hello();
  await using crawler = await open(here.server, '127.0.0.10');
  await crawler.hello();
  for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>']) await crawler.expect(250, line);
  await crawler.expect(354, 'DATA');
  const crawling = setInterval(() => crawler.send('x'), 100);
  context.after(() => clearInterval(crawling));
  await using customer = await open(here.server, '127.0.0.1');
  await customer.hello();
  const flooding = setInterval(() => {
    for (let i = 0; i < 10; i++) raw(here.server, '127.0.9.1', 'XX\r\n');
  }, 20);
  context.after(() => clearInterval(flooding));
  const [first, second] = await Promise.all([silent.replyOrEnd(), crawler.replyOrEnd()]);
  clearInterval(flooding);
  clearInterval(crawling);
  assert.equal(first?.code ?? 421, 421);
  assert.equal(second?.code ?? 421, 421);
  assert.equal((await customer.message(message)).code, 250);
});

test('a header that never ends does not keep the thread: so much of what is refused is read, then it is over', async (context) => {
  await using here = await world({}, { limits: { header_size: 64 * 1024, message_size: 1024 ** 2 } });
  await using client = await open(here.server, '127.0.0.9');
  await client.hello();
  for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>']) await client.expect(250, line);
  await client.expect(354, 'DATA');
  const piece = `X-Long: ${'x'.repeat(900)}\r\n`.repeat(70);
  const sending = setInterval(() => client.send(piece), 1);
  context.after(() => clearInterval(sending));
  const reply = await client.replyOrEnd();
  clearInterval(sending);
  assert.equal(reply?.code ?? 552, 552);
  assert.equal(await client.replyOrEnd(), undefined);
});

test('whoever logs in is no stranger any more, whatever the load', async (context) => {
  await using here = await world(
    { busy_timeout: '1s', busy_rate: 20, rate_per_source: 100 },
    {
      listeners: [{ roles: ['submission'], tls: 'starttls' }],
      certificate,
      hooks: { credentials: () => makeScramKeys('pencil') },
    },
  );
  await using roaming = await open(here.server, '127.0.0.9');
  await roaming.hello();
  await roaming.startTls();
  await roaming.expect(235, 'AUTH PLAIN AHVzZXIAcGVuY2ls');
  await using other = await open(here.server, '127.0.0.10');
  await other.hello();
  const flooding = setInterval(() => {
    for (let i = 0; i < 10; i++) raw(here.server, '127.0.9.1', 'XX\r\n');
  }, 20);
  context.after(() => clearInterval(flooding));
  assert.equal((await other.replyOrEnd())?.code ?? 421, 421);
  clearInterval(flooding);
  assert.equal((await roaming.message(message)).code, 250);
});

test('an office of many behind one address logs in as often as it likes', async () => {
  await using here = await world(
    { rate_per_source: 3, greeting_pause: '1ms' },
    {
      listeners: [{ roles: ['submission'], tls: 'starttls' }],
      certificate,
      hooks: { credentials: () => makeScramKeys('pencil') },
    },
  );
  for (let i = 0; i < 6; i++) {
    const client = await open(here.server, '127.0.0.9');
    await client.hello();
    await client.startTls();
    await client.expect(235, 'AUTH PLAIN AHVzZXIAcGVuY2ls');
    await client.expect(221, 'QUIT');
    await client.replyOrEnd();
    await client[Symbol.asyncDispose]();
  }
});

test('a proxy’s client is judged by the address that the proxy says', async () => {
  await using here = await world(
    {},
    { listeners: [{ roles: ['outbound', 'inbound'], tls: 'none', proxies: ['127.0.0.3'] }] },
    ['203.0.113.9'],
  );
  const through = (ip: string) => raw(here.server, '127.0.0.3', `PROXY TCP4 ${ip} 127.0.0.1 1025 25\r\n`);
  assert.match(await through('203.0.113.9').end, /^554 5\.7\.1 Your address is listed/);
  const good = through('203.0.113.8');
  const greeting = await new Promise<string>((resolve) => good.socket.once('data', (text) => resolve(String(text))));
  assert.match(greeting, /^220/);
  good.socket.destroy();
});
