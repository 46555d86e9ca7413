// Mail that is quarantined while the relay is killed again and again: what had its 250 is there, sealed and whole; what is
// released over a kill arrives, and nothing arrives that was not.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../support/ports.ts';
import { acmeProvision, callApi, type Relay, type RelayPorts, startRelay } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { randomFrom } from './power-cut.ts';

const seed = Number(process.env['EASYMAIL_SEED'] ?? Date.now() % 1_000_000);
const KILLS = 2;
/** Every second one is past `queue.inline_body`. */
const bodyOf = (number: number) => `number ${number} ${'x'.repeat(60)}\r\n`.repeat(number % 2 === 0 ? 2 : 4000);

interface Listed {
  id: string;
  to: string[];
}

async function listed(relay: Relay): Promise<Listed[]> {
  const answer = await callApi(relay.dataDir, { path: '/api/v1/quarantine?limit=1000' });
  return (JSON.parse(answer.body) as { entries: Listed[] }).entries;
}

/** Sends until the relay is gone; adds the numbers that had their 250. */
async function sendUntilKilled(port: number, first: number, taken: number[]): Promise<void> {
  try {
    await using client = await SmtpClient.connect({ port, timeoutMs: 30_000 });
    await client.hello();
    for (let number = first; ; number++) {
      const content = Buffer.from(`From: <a@acme.test>\r\nSubject: board\r\n\r\n${bodyOf(number)}`);
      const reply = await client.message({ from: 'a@acme.test', to: [`n${number}@elsewhere.test`], content });
      if (reply.code === 250) taken.push(number);
    }
  } catch {
    // The connection went with the relay.
  }
}

test('quarantined mail survives kills, sealed and whole, and goes on when it is released', async (context) => {
  context.diagnostic(`seed ${seed}`);
  const random = randomFrom(seed);
  await using folder = temporaryFolder('quarantined');
  await using receiver = await startReceiver();
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  const ports: RelayPorts = { outbound, inbound, submission, http };
  const config = { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }] };
  const options = { folder: folder.path, config };
  let relay = await startRelay({ ...options, apply: acmeProvision() }, ports);
  // A test that fails does not leave it behind.
  context.after(() => relay.kill());
  const rule = {
    name: 'board',
    conditions: [{ on: 'header', name: 'Subject', has: 'board' }],
    actions: [{ do: 'quarantine' }],
  };
  const made = await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/rules', body: rule });
  assert.equal(made.status, 201, made.body);

  const taken: number[] = [];
  for (let round = 0; round < KILLS; round++) {
    const before = taken.length;
    const sending = sendUntilKilled(outbound, round * 10_000, taken);
    await until('some are taken', () => (taken.length > before + 2 ? true : undefined), 60_000);
    await sleep(random() * 500);
    await relay.kill();
    await sending;
    relay = await startRelay(options, ports);
  }
  context.diagnostic(`${taken.length} messages`);
  const held = new Map((await listed(relay)).map(({ id, to }) => [to[0] ?? '', id]));
  assert.deepEqual(
    taken.filter((number) => !held.has(`n${number}@elsewhere.test`)),
    [],
    'lost',
  );
  assert.equal(receiver.messages.length, 0);
  const files = readdirSync(join(relay.dataDir, 'bodies'), { recursive: true }).map(String);
  assert.ok(files.some((name) => name.endsWith('.sealed')));

  const body = { query: { customer: 'acme' }, action: 'release', dry_run: false };
  const releasing = callApi(relay.dataDir, { method: 'POST', path: '/api/v1/quarantine/bulk', body }).catch(
    () => undefined,
  );
  await sleep(random() * 100);
  await relay.kill();
  await releasing;
  relay = await startRelay(options, ports);
  await callApi(relay.dataDir, { method: 'POST', path: '/api/v1/quarantine/bulk', body });
  const arrived = () =>
    new Map(receiver.messages.map(({ rcpts, content }) => [/n\d+/.exec(rcpts[0] ?? '')?.[0] ?? '', content]));
  await until('all to arrive', () => (arrived().size >= held.size ? true : undefined), 60_000);
  for (const number of taken) {
    const content = arrived().get(`n${number}`) ?? '';
    assert.equal(content.slice(content.indexOf('\r\n\r\n') + 4), bodyOf(number));
  }
  assert.deepEqual(await listed(relay), []);
});
