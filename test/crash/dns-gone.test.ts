// DNS gone: nothing is known of where mail goes, so it waits; and goes on when DNS is there again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DnsHandler, nothing, startFakeDns } from '../support/fake-dns.ts';
import { eventsOf, queued, sendOne, waitForEvent } from '../support/mail.ts';
import { freePort } from '../support/ports.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const answers: DnsHandler = ({ name, type }) => {
  if (type === 'MX')
    return [{ answers: [{ type: 'MX', name, ttl: 60, data: { preference: 10, exchange: `mx.${name}` } }] }];
  if (type === 'A') return [{ answers: [{ type: 'A', name, ttl: 60, data: '127.0.0.1' }] }];
  return [nothing];
};

async function relayWith(folder: string, ports: { dns: number; receiver: number }, first: string): Promise<Relay> {
  return startRelay({
    folder,
    config: {
      dns: { servers: [`127.0.0.1:${ports.dns}`], timeout: '700ms' },
      delivery: { port: ports.receiver, allow_private: true },
      retry: { first, factor: 1, jitter: 0 },
    },
  });
}

/** Accepts a message while there is no DNS; it must wait for that reason, and nothing else may have become of it. */
async function waitsForDns(relay: Relay, to: string): Promise<string> {
  const id = await sendOne(relay.ports.outbound, to);
  assert.match(id, /^[0-9a-v]{17}$/);
  const events = await waitForEvent(relay.dataDir, id, 'message.recipient.deferred');
  for (const event of events) {
    if (event.type === 'message.accepted') continue;
    assert.equal(event.type, 'message.recipient.deferred');
    assert.ok('cause' in event && event.cause?.from === 'us');
    assert.equal(event.cause.cause, 'dns-temporary');
  }
  assert.ok(await queued(relay.dataDir, id));
  return id;
}

test('DNS gone, its port closed: mail is deferred, and `queue retry` delivers it once DNS is back', async () => {
  await using temp = temporaryFolder('dns-gone');
  await using receiver = await startReceiver();
  const dns = await freePort();
  await using relay = await relayWith(temp.path, { dns, receiver: receiver.port }, '1h');
  const id = await waitsForDns(relay, 'bob@far.test');
  await using _dns = await startFakeDns(answers, dns);
  assert.match((await relay.cli('queue', 'retry', 'to:@far.test')).stdout, /^retry: 1 recipient/);
  await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
  assert.equal(receiver.messages.length, 1);
  await relay.settled();
});

test('DNS gone, its server silent: mail is deferred, and retries deliver it once DNS is back', async () => {
  await using temp = temporaryFolder('dns-gone');
  await using receiver = await startReceiver();
  await using dns = await startFakeDns(() => []);
  await using relay = await relayWith(temp.path, { dns: dns.endpoint.port, receiver: receiver.port }, '1s');
  const ids = [await waitsForDns(relay, 'one@far.test'), await waitsForDns(relay, 'two@further.test')];
  const before = dns.asked.length;
  await until('retries', () => (dns.asked.length > before ? true : undefined), 30_000);
  dns.handler = answers;
  await until('both', () => (receiver.messages.length === 2 ? true : undefined), 60_000);
  for (const id of ids) {
    const events = await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
    assert.ok(!events.some(({ type }) => type === 'message.recipient.bounced'));
  }
  await relay.settled();
  assert.equal((await eventsOf(relay.dataDir, ids[0] ?? '')).at(-1)?.type, 'message.recipient.delivered');
});
