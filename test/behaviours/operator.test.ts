// What an operator changes while mail waits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acmeProvision, type Relay, startRelay, type Table } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

async function send(relay: Relay, to: string): Promise<void> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const content = Buffer.from('From: a@acme.test\r\n\r\nx\r\n');
  assert.equal((await client.message({ from: 'a@acme.test', to: [to], content })).code, 250);
  await client.quit();
}

const routeTo = (port: number): Table => ({ route: [{ domain: '*', hosts: [`127.0.0.1:${port}`], tls: 'none' }] });

test('mail that waits for an address goes on at once when apply makes one active, and the alarm is over', async () => {
  await using folder = temporaryFolder('address');
  await using receiver = await startReceiver();
  const provision = (state: string): Table => ({
    ...acmeProvision(),
    pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.1', hostname: 'out1.relay.test', state }] }],
  });
  await using relay = await startRelay({
    folder: folder.path,
    config: routeTo(receiver.port),
    apply: provision('out'),
  });
  await send(relay, 'b@example.org');
  await until('the mail to be put off', async () => ((await relay.counts()).deferred === 1 ? true : undefined));
  await relay.running.waitForLine(/no-address/);
  const began = performance.now();
  assert.equal((await relay.apply(provision('active'))).code, 0);
  await until('the mail to arrive', () => receiver.messages[0]);
  assert(performance.now() - began < 10_000, 'it waited for its retry');
  await until('the alarm to be over', () => (/"msg":"alarm cleared"/.test(relay.running.output()) ? true : undefined));
});

test('drain ends although something is held, and says what stays', async () => {
  await using folder = temporaryFolder('drain-held');
  await using receiver = await startReceiver({ rcpt: () => '451 4.2.1 later' });
  await using relay = await startRelay({ folder: folder.path, config: routeTo(receiver.port) });
  await send(relay, 'b@example.org');
  await until('the mail to be put off', async () => ((await relay.counts()).deferred === 1 ? true : undefined));
  assert.equal((await relay.cli('queue', 'hold', 'customer:acme')).code, 0);
  await send(relay, 'c@example.org');
  await until('the next to be put off', async () => ((await relay.counts()).deferred === 1 ? true : undefined));
  const { code, stdout } = await relay.cli('drain');
  assert.equal(code, 0);
  assert.match(stdout, /stays in the queue until it is released: 1 held, 0 quarantined/);
  const explained = await relay.cli('explain', '--ip', '127.0.0.1', '--from', 'a@acme.test', '--to', 'b@example.org');
  assert.match(explained.stdout, /refused at mail: the relay drains[^]*refused at mail: 421 4\.3\.2/);
  assert.equal((await relay.cli('queue', 'hold', 'customer:acme')).code, 0);
  assert.equal((await relay.running.exited).code, 0);
  await using again = await startRelay({ folder: folder.path, config: routeTo(receiver.port) }, relay.ports);
  assert.equal((await again.counts()).held, 2);
});

test('ready is said whatever the level of the log', async () => {
  await using folder = temporaryFolder('quiet');
  for (const level of ['warn', 'error']) {
    await using relay = await startRelay({ folder: folder.path, config: { log: { level } } });
    assert.equal(relay.running.output().match(/"level":"info"/g)?.length, 1);
  }
});
