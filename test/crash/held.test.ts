// Mail held for a suppressed recipient, and the suppression itself, over kills: nothing is lost, nothing goes out while
// it is held, and what is let go is delivered. Its content is sealed meanwhile, in the queue's file and in its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendOne } from '../support/mail.ts';
import { freePorts } from '../support/ports.ts';
import { type Relay, type RelayPorts, startRelay } from '../support/relay.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { COMPLETE_CONFIG, completeCitizen } from './complete-citizen.ts';
import { queuedIds } from './kill.ts';
import { randomFrom } from './power-cut.ts';
import { contentsIn } from './sealed.ts';
import { recipientOf, startReceiver, toldTwice } from './witness.ts';

const seed = Number(process.env['EASYMAIL_SEED'] ?? Date.now() % 1_000_000);
const KILLS = 4;
/** Numbers whose fate is to be deferred: their recipients differ. */
const NUMBERS = [8, 18, 28, 38, 48, 58];

/** Every second one is past `queue.inline_body`. */
const bodyOf = (number: number) => 'Hello once more.\r\n'.repeat(number % 20 === 8 ? 10000 : 2);

async function ok(relay: Relay, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await relay.cli(...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`);
}

test('held recipients and suppressions survive kills, and go on when they are let go', async (context) => {
  context.diagnostic(`seed ${seed}`);
  const random = randomFrom(seed);
  await using folder = temporaryFolder('held');
  await using receiver = await startReceiver();
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  const ports: RelayPorts = { outbound, inbound, submission, http };
  const config = {
    ...COMPLETE_CONFIG,
    route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`] }],
    retry: { first: '1s', factor: 1, longest: '1s', jitter: 0 },
  };
  const options = { folder: folder.path, config };
  const first = await startRelay({ ...options, apply: completeCitizen(receiver.port) }, ports);
  const ids: string[] = [];
  for (const number of NUMBERS) {
    ids.push(await sendOne(outbound, recipientOf(number), { body: bodyOf(number) }));
  }
  assert.equal(contentsIn(first.dataDir).clear, NUMBERS.length);
  for (const number of NUMBERS) await ok(first, 'suppression', 'add', 'acme', recipientOf(number));
  await sleep(random() * 1500);
  await first.kill();

  for (let round = 0; round < KILLS; round++) {
    const relay = await startRelay(options, ports);
    await sleep(random() * 1000);
    await relay.kill();
  }
  receiver.takeDeferred();
  const relay = await startRelay(options, ports);
  await until('all are held', async () => (await relay.counts()).held === NUMBERS.length || undefined);
  await until('all are sealed', () => contentsIn(relay.dataDir).clear === 0 || undefined);
  const still = await queuedIds(relay);
  assert.deepEqual(
    ids.filter((id) => !still.has(id)),
    [],
  );
  assert.deepEqual([...receiver.copies.keys()], [], 'nothing goes out while it is held');
  for (const number of NUMBERS) await ok(relay, 'suppression', 'remove', 'acme', recipientOf(number));
  await sleep(random() * 50);
  await relay.kill();

  await using last = await startRelay(options, ports);
  // A kill may have come between the removal and the release: said again, it lets the mail go.
  for (const number of NUMBERS) await last.cli('suppression', 'remove', 'acme', recipientOf(number));
  const delivered = () => NUMBERS.every((number) => receiver.copies.has(number)) || undefined;
  await until('all are delivered', () => Promise.resolve(delivered()));
  await last.settled(30_000);
  assert.deepEqual(toldTwice(receiver), []);
});
