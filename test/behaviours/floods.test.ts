// Strangers on port 25: floods that customers do not notice, blocklists, first mail that comes twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureFlood } from '../../bench/flood.ts';
import { type DnsReply, noDomain, startFakeDns } from '../support/fake-dns.ts';
import { freePorts } from '../support/ports.ts';
import { acmeProvision, callApi, type Relay, startRelay, type Table } from '../support/relay.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const MB = 1024 ** 2;

test('a flood in every manner: none of a customer’s mail is refused, memory is bounded, it is calm soon after', async (context) => {
  const figures = await measureFlood({
    rate: Number(process.env['EASYMAIL_FLOOD_RATE'] ?? 500),
    hold: Number(process.env['EASYMAIL_FLOOD_HOLD'] ?? 1500),
    seconds: 4,
    customerRate: 50,
    nice: true,
    say: (line) => context.diagnostic(line),
  });
  context.diagnostic(JSON.stringify(figures));
  assert.equal(figures.beside.refused, 0);
  assert.equal(figures.beside.sent, 200);
  assert.ok(figures.flood.opened > 2000, 'it was a flood');
  assert.ok(figures.flood.greeted < figures.flood.opened / 2, 'most of it never got so far as the greeting');
  assert.ok(figures.memory.most - figures.memory.before < 300 * MB, 'memory');
  assert.ok(figures.calmAfter < 10, `calm after ${figures.calmAfter} s`);
  // How fast is for the bench; here only that nobody waits for the flood to end.
  assert.ok(figures.beside.p50 < 250, `p50 ${figures.beside.p50} ms`);
});

const LISTED = '127.0.9.9';
const ON_LIST = { '2.0.0.127.bl.test': '127.0.0.2', '9.9.0.127.bl.test': '127.0.0.4' } as Record<string, string>;

function zones(name: string): DnsReply {
  const data = ON_LIST[name];
  return data === undefined ? noDomain : { answers: [{ type: 'A', name, ttl: 60, data }] };
}

/** MAIL, RCPT and, where that is taken, a message from this address; the reply that decided. */
async function bring(relay: Relay, ip: string, sender = 'x@stranger.test'): Promise<string> {
  await using client = await SmtpClient.connect({ port: relay.ports.inbound, from: ip });
  const greeting = await client.reply();
  if (greeting.code !== 220) return greeting.text;
  await client.expect(250, 'EHLO mx.stranger.test');
  await client.expect(250, `MAIL FROM:<${sender}>`);
  client.send('RCPT TO:<someone@acme.test>\r\n');
  const recipient = await client.reply();
  if (recipient.code !== 250) return recipient.text;
  await client.expect(354, 'DATA');
  client.send(`From: <${sender}>\r\nSubject: x\r\n\r\nbody\r\n.\r\n`);
  return (await client.reply()).text;
}

test('blocklists that pass their own test, and first mail of strangers that comes twice, over a restart', async () => {
  await using folder = temporaryFolder('strangers');
  await using dns = await startFakeDns(({ name }) => [zones(name)]);
  const provision = acmeProvision() as { pool: Table[]; customer: Table[] };
  const ports = await freePorts(4);
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = ports;
  const start = () =>
    startRelay(
      {
        folder: folder.path,
        apply: { pool: provision.pool, customer: [{ ...provision.customer[0], sources: ['127.0.0.1/32'] }] },
        config: {
          dns: { servers: [`127.0.0.1:${dns.endpoint.port}`] },
          dnsbl: [{ zone: 'bl.test' }, { zone: 'dead.test' }],
          greylist: { delay: '2s' },
        },
      },
      { outbound, inbound, submission, http },
    );
  {
    await using relay = await start();
    await until('the list to be used', async () =>
      (await bring(relay, LISTED)).startsWith('554 5.7.1 Your address is listed by bl.test') ? true : undefined,
    );
    assert.match(await bring(relay, '127.0.8.1'), /^250 /);
    await greylistOn(relay);
    await takenOnce(relay, '127.0.8.2', 'x@stranger.test');
    assert.match(await bring(relay, '127.0.7.1'), /^451 4\.7\.1 Not seen before, try again in 2 seconds/);
    assert.match(await bring(relay, '127.0.7.1'), /^451 /, 'too soon');
    await takenOnce(relay, '127.0.7.1', 'x@stranger.test');
    // Known by its mail from now on, on all threads.
    await takenOnce(relay, '127.0.7.2', 'other@stranger.test');
    assert.match(await bring(relay, '127.0.6.1'), /^451 /);
    assert.match(await bring(relay, '127.0.0.1', 'y@acme.test'), /^250 /, 'a registered source does not wait');
    const told = relay.running
      .output()
      .split('\n')
      .filter((line) => line.includes('alarm raised'))
      .join('\n');
    assert.match(told, /dead\.test is not used/);
    assert.ok(!told.includes('bl.test'), 'the list that works raises none');
  }
  await using again = await start();
  assert.match(await bring(again, '127.0.7.3', 'third@stranger.test'), /^250 /, 'what passed is still known');
  // The first attempt was before the restart.
  await takenOnce(again, '127.0.6.1', 'x@stranger.test');
});

/** Tries until the message is taken. */
async function takenOnce(relay: Relay, ip: string, sender: string): Promise<void> {
  await until(`mail from ${ip} to be taken`, async () =>
    (await bring(relay, ip, sender)).startsWith('250 ') ? true : undefined,
  );
}

async function greylistOn(relay: Relay): Promise<void> {
  const path = '/api/v1/protection?direction=inbound&customer=acme';
  const { status, body } = await callApi(relay.dataDir, {
    method: 'PATCH',
    path,
    body: { set: { greylist: true }, reason: 'first mail of strangers has to come twice' },
    headers: { 'if-match': '*' },
  });
  assert.equal(status, 200, body);
}
