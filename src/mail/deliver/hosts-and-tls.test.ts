// Which host is taken, from which of our addresses, and what TLS does.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createAuthority } from '../../../test/support/certificates.ts';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { saidOf, told } from '../../../test/support/outcomes.ts';
import { freePort } from '../../../test/support/ports.ts';
import { startReceiver } from '../../../test/support/scripted-receiver.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { until } from '../../../test/support/until.ts';

const folder = temporaryFolder('deliver-tls');
let ca = '';
let tls = { cert: '', key: '' };
let strangers = { cert: '', key: '' };

before(async () => {
  const authority = await createAuthority(folder.path);
  ca = readFileSync(authority.ca, 'utf8');
  const read = (files: { certificate: string; key: string }) => ({
    cert: readFileSync(files.certificate, 'utf8'),
    key: readFileSync(files.key, 'utf8'),
  });
  tls = read(await authority.issue('receiver.test', ['receiver.test', '127.0.0.1']));
  strangers = read(await authority.issue('other', ['other.test']));
});
after(() => folder.remove());

const host = (port: number, name = 'receiver.test', addresses = ['127.0.0.1']) => ({ name, port, addresses });

test('the next host is taken on a network fault, a 4yz or a 5yz greeting', async () => {
  await using good = await startReceiver();
  for (const greeting of ['hang up', '421 4.3.2 busy', '450 later', '554 no service', { raw: 'x\r\n' }] as const) {
    await using bad = await startReceiver({ greeting });
    await using delivery = createTestDelivery();
    const [outcome] = await delivery.send({ to: [host(bad.port, 'mx1.test'), host(good.port, 'mx2.test')] });
    assert.equal(told(outcome), 'delivered 250');
    assert.ok(outcome?.kind === 'delivered');
    assert.equal(outcome.attempt.host, 'mx2.test');
    assert.ok(outcome.attempt.conversation.length > 5, 'the conversation tells of both hosts');
  }
  const dead = await freePort();
  await using delivery = createTestDelivery();
  const [outcome] = await delivery.send({ to: [host(dead, 'mx1.test'), host(good.port, 'mx2.test')] });
  assert.equal(told(outcome), 'delivered 250');
  assert.match(saidOf(outcome)[0] ?? '', /^connect to 127.0.0.1 port \d+ \| connect-failed: ECONNREFUSED/);
});

test('the next address of a host is taken; an address that failed lately comes last', async () => {
  const port = await freePort();
  await using good = await startReceiver({}, '127.0.0.2', port);
  await using delivery = createTestDelivery({ messages_per_connection: 1 });
  const to = [host(port, 'mx.test', ['127.0.0.1', '127.0.0.2'])];
  const [first] = await delivery.send({ to });
  assert.equal(saidOf(first).filter((line) => line.startsWith('connect')).length, 2);
  const [second] = await delivery.send({ to });
  assert.equal(saidOf(second).filter((line) => line.startsWith('connect')).length, 1);
  assert.equal(good.messages.length, 2);
});

test('every host refuses for good: bounced; only some do: deferred', async () => {
  await using refusing = await startReceiver({ greeting: '554 5.7.1 go away' });
  await using delivery = createTestDelivery();
  const [all] = await delivery.send({ to: [host(refusing.port), host(refusing.port)] });
  assert.equal(told(all), 'bounced greeting 554');
  await using other = await startReceiver({ greeting: '554 5.7.1 go away' });
  const [some] = await delivery.send({ to: [host(other.port), host(await freePort())] });
  assert.equal(told(some), 'deferred connect-failed (destination)');
});

test('a host that takes no connection in time is left for the next', async () => {
  await using good = await startReceiver();
  // RFC 5737: nothing answers there; where the machine has no way to it, that is a fault too.
  await using delivery = createTestDelivery({ connect_timeout: 200 });
  const [outcome] = await delivery.send({
    to: [host(good.port, 'mx1.test', ['192.0.2.1']), host(good.port)],
    addresses: { v4: { ip: '0.0.0.0', family: 4, hostname: 'out.test', pool: 'default' } },
  });
  assert.equal(told(outcome), 'delivered 250');
});

test('the connection is bound to our address of the same family, and EHLO says its name', async () => {
  await using v4 = await startReceiver({}, '127.0.0.1');
  await using v6 = await startReceiver({}, '::1');
  const addresses = {
    v4: { ip: '127.0.0.9', family: 4, hostname: 'out4.test', pool: 'p' },
    v6: { ip: '::1', family: 6, hostname: 'out6.test', pool: 'p' },
  } as const;
  await using delivery = createTestDelivery();
  await delivery.send({ to: [host(v4.port)], addresses });
  assert.deepEqual(v4.clients, [{ ip: '127.0.0.9', helo: 'out4.test' }]);
  const [outcome] = await delivery.send({ to: [host(v6.port, 'v6.test', ['::1'])], addresses, route: { site: 'six' } });
  assert.deepEqual(v6.clients, [{ ip: '::1', helo: 'out6.test' }]);
  assert.ok(outcome?.kind === 'delivered');
  assert.deepEqual(outcome.attempt.from, { ip: '::1', hostname: 'out6.test', pool: 'p' });
  const [neither] = await delivery.send({
    to: [host(v6.port, 'v6.test', ['::1'])],
    addresses: { v4: addresses.v4 },
    route: { site: 'seven' },
  });
  assert.equal(told(neither), 'deferred connect-failed (message)');
});

test('an address that this machine does not have is a fault of ours, and closes no destination', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  const [outcome] = await delivery.send({
    to: receiver.port,
    addresses: { v4: { ip: '192.0.2.9', family: 4, hostname: 'out.test', pool: 'p' } },
  });
  assert.equal(told(outcome), 'deferred internal (message)');
  assert.deepEqual(delivery.news, []);
});

test('connections are shared by site, address and TLS policy, not beyond', async () => {
  await using receiver = await startReceiver();
  await using delivery = createTestDelivery();
  const from = (ip: string) => ({ v4: { ip, family: 4, hostname: 'out.test', pool: 'p' } }) as const;
  await delivery.send({ to: receiver.port, addresses: from('127.0.0.3') });
  await delivery.send({ to: receiver.port, addresses: from('127.0.0.4') });
  await delivery.send({ to: receiver.port, addresses: from('127.0.0.3'), route: { tls: 'none' } });
  await delivery.send({ to: receiver.port, addresses: from('127.0.0.3'), recipients: ['x@other.test'] });
  assert.deepEqual(
    receiver.messages.map(({ connection }) => connection),
    [1, 2, 3, 1],
  );
});

test('opportunistic: STARTTLS where offered, whatever the certificate', async () => {
  for (const [files, verified] of [
    [tls, true],
    [strangers, false],
  ] as const) {
    await using receiver = await startReceiver({ tls: files });
    await using delivery = createTestDelivery({}, { ca: [ca] });
    const [outcome] = await delivery.send({ to: receiver.port });
    assert.ok(outcome?.kind === 'delivered');
    assert.equal(outcome.attempt.tls?.verified, verified);
    assert.equal(outcome.attempt.tls?.version, 'TLSv1.3');
    assert.equal(receiver.messages[0]?.tls, true);
    assert.equal(receiver.commands.filter((line) => line.startsWith('EHLO')).length, 2);
  }
});

test('opportunistic: a handshake that fails is followed by one without TLS, noted, and remembered', async () => {
  await using receiver = await startReceiver({
    extensions: ['PIPELINING', 'STARTTLS'],
    // No handshake follows.
    ehlo: (line) => (line === '' ? '250 x' : '250-receiver.test\r\n250-PIPELINING\r\n250 STARTTLS'),
  });
  await using delivery = createTestDelivery({ messages_per_connection: 1 });
  const [outcome] = await delivery.send({ to: receiver.port });
  assert.equal(told(outcome), 'delivered 250');
  assert.ok(saidOf(outcome).some((line) => /^TLS handshake \| (tls-failed|reply-timeout): /.test(line)));
  assert.equal(receiver.connections(), 2);
  await delivery.send({ to: receiver.port });
  assert.equal(receiver.connections(), 3);
});

test('opportunistic: STARTTLS refused or not offered goes on in the clear', async () => {
  for (const starttls of ['454 4.7.0 not now', '502 no']) {
    await using receiver = await startReceiver({ tls, starttls });
    await using delivery = createTestDelivery();
    const [outcome] = await delivery.send({ to: receiver.port });
    assert.equal(told(outcome), 'delivered 250');
    assert.equal(receiver.connections(), 1);
  }
});

test('octets behind the reply to STARTTLS are never taken for answers', async () => {
  for (const injected of ['220 go\r\n250 injected\r\n', '220 go\r\n250-inj']) {
    await using receiver = await startReceiver({ tls, starttls: { raw: injected } });
    await using delivery = createTestDelivery({}, { ca: [ca] });
    const [verify] = await delivery.send({ to: receiver.port, route: { tls: 'verify' } });
    assert.match(told(verify), /^deferred (tls-failed|bad-reply) \(destination\)$/);
    assert.equal(receiver.messages.length, 0);
  }
});

test('verify: a valid certificate for the name, or no mail', async () => {
  await using good = await startReceiver({ tls });
  await using wrong = await startReceiver({ tls: strangers });
  await using plain = await startReceiver();
  await using refusing = await startReceiver({ tls, starttls: '454 4.7.0 no' });
  await using delivery = createTestDelivery({}, { ca: [ca] });
  const send = async (port: number, name = 'receiver.test') => {
    const [outcome] = await delivery.send({
      to: [host(port, name)],
      route: { tls: 'verify', site: `${port} ${name}` },
    });
    return told(outcome);
  };
  assert.equal(await send(good.port), 'delivered 250');
  assert.equal(await send(good.port, '127.0.0.1'), 'delivered 250');
  assert.equal(await send(good.port, 'elsewhere.test'), 'deferred tls-failed (destination)');
  assert.equal(await send(wrong.port), 'deferred tls-failed (destination)');
  assert.equal(await send(plain.port), 'deferred tls-required (destination)');
  assert.equal(await send(refusing.port), 'deferred tls-required (destination)');
  assert.equal(plain.messages.length + wrong.messages.length + refusing.messages.length, 0);
});

test('none: STARTTLS is not used', async () => {
  await using receiver = await startReceiver({ tls });
  await using delivery = createTestDelivery();
  await delivery.send({ to: receiver.port, route: { tls: 'none' } });
  assert.equal(receiver.messages[0]?.tls, false);
});

test('a large content goes through TLS byte for byte, and the connection is reused', async () => {
  await using receiver = await startReceiver({ tls });
  await using delivery = createTestDelivery({ dot_timeout: 20_000 });
  const content = `Subject: x\r\n\r\n${`.${'y'.repeat(700)}\r\n`.repeat(2000)}`;
  for (let i = 0; i < 3; i++) {
    const [outcome] = await delivery.send({ to: receiver.port, content });
    assert.equal(told(outcome), 'delivered 250');
    assert.ok(receiver.messages[i]?.content.endsWith(content));
  }
  assert.equal(receiver.connections(), 1);
});

test('closing: waiting jobs come back untouched, those whose content was sent end, connections get QUIT', async () => {
  await using receiver = await startReceiver({ dot: { dribble: '250 slowly' } });
  const delivery = createTestDelivery();
  const jobs = Array.from({ length: 8 }, () => delivery.send({ to: receiver.port }));
  await until('four contents', () => (receiver.messages.length >= 4 ? true : undefined));
  await delivery.deliverer.close();
  const outcomes = (await Promise.all(jobs)).flat().map(told);
  const delivered = outcomes.filter((text) => text === 'delivered 250').length;
  assert.equal(delivered, receiver.messages.length, 'whose content was sent is waited for');
  assert.equal(outcomes.filter((text) => text === 'untouched').length, 8 - delivered);
  assert.equal(told((await delivery.send({ to: receiver.port }))[0]), 'untouched');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(receiver.openNow(), 0);
});

test('closing is not held up by a receiver that says nothing before the content; the job comes back untouched', async () => {
  for (const step of ['greeting', 'ehlo', 'mail', 'rcpt', 'data'] as const) {
    for (const extensions of [[], ['PIPELINING']]) {
      await using receiver = await startReceiver({ [step]: 'silence', extensions });
      const delivery = createTestDelivery({ command_timeout: 30_000, dot_timeout: 30_000 });
      const job = delivery.send({ to: receiver.port });
      await until(`silence at ${step}`, () => (receiver.connections() > 0 ? true : undefined));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const began = performance.now();
      await delivery.deliverer.close();
      assert.equal(told((await job)[0]), 'untouched', `${step} ${extensions.join()}`);
      assert(performance.now() - began < 1000, `${step} held the stop up`);
      assert(!delivery.news.some(({ state }) => state === 'closed'), 'the stop says nothing about the destination');
    }
  }
});

test('closing waits for the answer to a content that was sent', async () => {
  await using receiver = await startReceiver({ dot: 'silence' });
  const delivery = createTestDelivery({ dot_timeout: 400 });
  const job = delivery.send({ to: receiver.port });
  await until('the content', () => (receiver.messages.length > 0 ? true : undefined));
  await delivery.deliverer.close();
  assert.match(told((await job)[0]), /deferred/, 'it may have been taken: this was an attempt');
});

test('closing does not wait for a content that is still being sent: without its end nobody can have taken it', async () => {
  await using receiver = await startReceiver({ data: { reply: '354 go', last: 'stop reading' } });
  const delivery = createTestDelivery({ command_timeout: 30_000, dot_timeout: 30_000 });
  const chunk = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(64));
  async function* chunks() {
    for (let i = 0; i < 1000; i++) yield chunk;
  }
  const job = delivery.send({ to: receiver.port, content: () => ({ kind: 'stream', chunks: chunks() }) });
  await until('the content on its way', () => (receiver.commands.includes('DATA') ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const began = performance.now();
  await delivery.deliverer.close();
  assert.equal(told((await job)[0]), 'untouched');
  assert.ok(performance.now() - began < 1000);
  assert.equal(receiver.messages.length, 0);
});
