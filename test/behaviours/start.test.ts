// Starting, reloading and stopping, as an operator sees them.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'smol-toml';
import { createAuthority } from '../support/certificates.ts';
import { processTree, run } from '../support/processes.ts';
import { relayConfig, startRelay, type Table } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const ADDRESS = { ip: '127.0.0.1', hostname: 'out1.relay.test' };
const PROGRAM = new URL('../../bin/easymail', import.meta.url).pathname;

test('a wrong configuration lists all its faults at once, with key, line and what is allowed, and exits 2', async () => {
  await using folder = temporaryFolder('faults');
  const file = folder.file('easymail.toml');
  writeFileSync(
    file,
    '[node]\nhostname = "a b"\n[[listener]]\naddress = "nowhere"\nroles = ["outbund"]\n[limits]\nerors = 3\n',
  );
  const { code, stderr } = await run(PROGRAM, ['start', '--config', file]);
  assert.equal(code, 2);
  assert.deepEqual(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.replace(folder.path, '')),
    [
      '/easymail.toml:1: node.data_dir is missing',
      '/easymail.toml:2: node.hostname must be a host name such as "relay1.example.lu"',
      '/easymail.toml:4: listener.0.address must be an address and a port such as "127.0.0.1:25" or "[::1]:25"',
      '/easymail.toml:5: listener.0.roles.0 must be one of "outbound", "inbound", "submission"',
      '/easymail.toml:7: limits.erors is not a key; see docs/reference/configuration.md',
    ],
  );
});

test('a second relay on the same data folder, or on the same port, does not start, and the first goes on', async () => {
  await using folder = temporaryFolder('second');
  await using relay = await startRelay({ folder: folder.path });
  const second = await run(PROGRAM, ['start', '--config', relay.configFile]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /another relay runs on/);
  // Threads share their ports: clients would reach either of the two by chance.
  const elsewhere = folder.file('elsewhere.toml');
  writeFileSync(elsewhere, stringify(relayConfig({ folder: folder.file('elsewhere') }, relay.ports)));
  const third = await run(PROGRAM, ['start', '--config', elsewhere]);
  assert.equal(third.code, 1);
  assert.match(third.stderr, /is in use by another program or relay; see listener\.0\.address/);
  const open = readdirSync(relay.dataDir).filter((name) => (statSync(join(relay.dataDir, name)).mode & 0o077) !== 0);
  assert.deepEqual(open, [], 'what is kept is for its owner alone');
  assert.equal((await relay.cli('queue')).code, 0);
});

test('a port that is taken is a clear error, and exits 1', async () => {
  await using folder = temporaryFolder('port');
  await using receiver = await startReceiver();
  const ports = { outbound: receiver.port, inbound: 0, submission: 0, http: 0 };
  const file = folder.file('easymail.toml');
  writeFileSync(file, stringify(relayConfig({ folder: folder.path }, ports)));
  const started = await run(PROGRAM, ['start', '--config', file]);
  assert.equal(started.code, 1);
  assert.match(started.stderr, new RegExp(`:${receiver.port} is in use by another program or relay`));
});

test('SIGTERM ends sessions in order, exits 0 within 30 s, and what had its 250 is delivered after the next start', async () => {
  await using folder = temporaryFolder('stop');
  await using receiver = await startReceiver({ greeting: 'silence' });
  const config = { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }] };
  const relay = await startRelay({ folder: folder.path, config });
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const reply = await client.message({
    from: 'a@acme.test',
    to: ['b@example.org'],
    content: Buffer.from('From: a@acme.test\r\n\r\nx\r\n'),
  });
  assert.equal(reply.code, 250);
  const began = performance.now();
  const ended = relay.stop();
  assert.equal((await client.reply()).code, 421);
  assert.equal((await ended).code, 0);
  assert(performance.now() - began < 30_000, 'within 30 s');
  receiver.script = {};
  await using again = await startRelay({ folder: folder.path, config }, relay.ports);
  await again.cli('queue', 'retry');
  await until('the message to arrive', () => receiver.messages[0]);
});

test('SIGHUP takes over limits, routes, the level of the log and who hears of alarms; a faulty file changes nothing', async () => {
  await using folder = temporaryFolder('reload');
  await using receiver = await startReceiver({});
  const heard = join(folder.path, 'alarms.jsonl');
  const delivery = (expire_after: string): Table => ({ allow_private: true, expire_after });
  const before = { delivery: delivery('2s'), route: [{ domain: '*', hosts: ['127.0.0.1:9'] }] };
  await using relay = await startRelay({ folder: folder.path, config: before });
  const send = async () => {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound });
    await client.hello();
    const content = Buffer.from('From: a@acme.test\r\n\r\nx\r\n');
    assert.equal((await client.message({ from: 'a@acme.test', to: ['b@example.org'], content })).code, 250);
  };
  await send();
  const sentAt = performance.now();
  await until('the first attempt', async () => ((await relay.counts()).deferred === 1 ? true : undefined));
  const after = {
    // Of connections it has room to count four times as many as it began with.
    limits: { recipients: 3, connections: 40_001 },
    delivery: delivery('5d'),
    route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
    alarm: { command: ['/bin/sh', '-c', `cat >> ${heard}; echo >> ${heard}`] },
    log: { level: 'debug' },
  };
  writeFileSync(relay.configFile, stringify(relayConfig({ folder: folder.path, config: after }, relay.ports)));
  const recipientsTaken = async () => {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound });
    await client.hello();
    await client.expect(250, 'MAIL FROM:<a@acme.test>');
    for (let taken = 0; ; taken++)
      if ((await client.command(`RCPT TO:<r${taken}@example.org>`)).code !== 250) return taken;
  };
  process.kill(relay.pid, 'SIGHUP');
  await relay.running.waitForLine(/"need_restart":\["limits.connections past 40000"\],"msg":"configuration reloaded"/);
  assert.equal(await until('the new limit', async () => ((await recipientsTaken()) === 3 ? 3 : undefined)), 3);
  const explained = await relay.cli('explain', '--ip', '127.0.0.1', '--from', 'a@acme.test', '--to', 'b@example.org');
  assert.match(explained.stdout, new RegExp(`127\\.0\\.0\\.1:${receiver.port} `), 'explain knows the new route');
  await until('the life that mail had before to be over', () => (performance.now() - sentAt > 2500 ? true : undefined));
  await relay.cli('queue', 'retry');
  await until('the mail, which lives on', () => receiver.messages[0]);
  await relay.running.waitForLine(/"to":"b@example\.org"/);
  await relay.apply({ pool: [{ name: 'standard', addresses: [{ ...ADDRESS, state: 'out' }] }] });
  await send();
  await until('the alarm', () =>
    existsSync(heard) && readFileSync(heard, 'utf8').includes('no-address') ? 1 : undefined,
  );
  writeFileSync(relay.configFile, '[node]\nhostname = 5\n');
  process.kill(relay.pid, 'SIGHUP');
  await relay.running.waitForLine(/configuration not reloaded/);
  assert.equal(await recipientsTaken(), 3);
  writeFileSync(relay.configFile, `[node]\nhostname = 5\ndata_dir = ${JSON.stringify(relay.dataDir)}\n`);
  const asked = await relay.cli('queue');
  assert.equal(asked.code, 0, 'a broken file does not cut anybody off from the relay that runs');
  assert.match(asked.stderr, /node\.hostname must be text/);
});

test('SIGHUP: certificates in other files are shown to new sessions, running ones go on', async () => {
  await using folder = temporaryFolder('certificates');
  const authority = await createAuthority(folder.path);
  const tls = await authority.issue('first', ['relay.test']);
  const next = await authority.issue('second', ['relay.test']);
  await using relay = await startRelay({ folder: folder.path, config: { tls: { ...tls } }, listenerTls: 'starttls' });
  const nameShown = async () => {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound });
    await client.hello();
    await client.startTls();
    return client.certificateName();
  };
  await using running = await SmtpClient.connect({ port: relay.ports.outbound });
  await running.hello();
  await running.startTls();
  assert.equal(await nameShown(), 'first');
  const text = readFileSync(relay.configFile, 'utf8');
  writeFileSync(relay.configFile, text.replaceAll(tls.certificate, next.certificate).replaceAll(tls.key, next.key));
  process.kill(relay.pid, 'SIGHUP');
  await until('the new certificate', async () => ((await nameShown()) === 'second' ? true : undefined));
  await running.expect(250, 'NOOP');
});

test('SIGTERM is not held up by receivers that say nothing', async () => {
  await using folder = temporaryFolder('hung');
  await using receiver = await startReceiver({ ehlo: 'silence' });
  const config = { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }] };
  await using relay = await startRelay({ folder: folder.path, config });
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const content = Buffer.from('From: a@acme.test\r\n\r\nx\r\n');
  for (let i = 0; i < 3; i++) await client.message({ from: 'a@acme.test', to: [`b${i}@example.org`], content });
  await client.quit();
  await until('the receiver to hang', () => (receiver.commands.length > 0 ? true : undefined));
  const began = performance.now();
  assert.equal((await relay.stop()).code, 0);
  assert(performance.now() - began < 5000, 'the stop took as long as its grace');
});

/** Kills what the relay starts, at once and again and again. */
function killChildren(of: number): Disposable {
  const timer = setInterval(() => {
    for (const pid of processTree(of).slice(1)) process.kill(pid, 'SIGKILL');
  }, 10);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

test('SIGTERM is not held up by a log that nobody reads, inspect processes that die, an open session and a claim', async () => {
  await using folder = temporaryFolder('unread');
  await using receiver = await startReceiver({ ehlo: 'silence' });
  const config = {
    route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
    inspect: { enabled: true, processes: 1 },
  };
  await using relay = await startRelay({ folder: folder.path, config });
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const content = Buffer.from('From: a@acme.test\r\n\r\nx\r\n');
  assert.equal((await client.message({ from: 'a@acme.test', to: ['b@example.org'], content })).code, 250);
  await until('the delivery to hang', () => (receiver.commands.length > 0 ? true : undefined));
  using _ = killChildren(relay.pid);
  await relay.running.waitForLine(/inspect process not started/);
  relay.running.stopReading();
  // The error says itself again meanwhile, to nobody, and all threads go on.
  await sleep(1500);
  await client.expect(250, 'NOOP');
  const began = performance.now();
  assert.deepEqual(await relay.stop(), { code: 0, signal: null });
  assert(performance.now() - began < 10_000, 'the stop took long');
});

test('drain takes no new mail, empties the queue and ends the relay', async () => {
  await using folder = temporaryFolder('drain');
  await using receiver = await startReceiver();
  const config = { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }] };
  await using relay = await startRelay({ folder: folder.path, config });
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  await client.message({
    from: 'a@acme.test',
    to: ['b@example.org'],
    content: Buffer.from('From: a@acme.test\r\n\r\nx\r\n'),
  });
  const drained = relay.cli('drain');
  await until('new mail to be refused', async () => {
    const reply = await client.command('MAIL FROM:<a@acme.test>').catch(() => ({ code: 421 }));
    if (reply.code === 250) await client.command('RSET');
    return reply.code === 421 ? true : undefined;
  });
  assert.equal((await drained).code, 0);
  assert.equal((await relay.running.exited).code, 0);
  assert.equal(receiver.messages.length, 1);
});
