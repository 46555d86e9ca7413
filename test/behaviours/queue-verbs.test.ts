// What an operator does to queued mail, through the command line, and what becomes of the mail.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { countsOf, eventsOf, queued, sendOne, waitForEvent } from '../support/mail.ts';
import { type Relay, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const BETA = '127.0.0.3';

function customer(id: string, source: string): Table {
  const domains = [{ name: `${id}.test`, outbound: true, inbound: false, subdomains: false, verified: true }];
  return { id, name: id, pools: ['standard'], sources: [source], domains };
}

function provision(): Table {
  const addresses = [{ ip: '127.0.0.1', hostname: 'out1.relay.test', state: 'active' }];
  return { pool: [{ name: 'standard', addresses }], customer: [customer('acme', '127.0.0.1'), customer('beta', BETA)] };
}

/** A receiver that says 451 until its script is taken away. */
const busy = () => startReceiver({ rcpt: '451 4.2.1 not now' });

function relayTo(folder: string, receiver: ScriptedReceiver, delivery: Table = {}): Parameters<typeof startRelay>[0] {
  return {
    folder,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
      retry: { first: '1h', longest: '1h' },
      delivery,
    },
  };
}

async function deferred(relay: Relay, to: string, more: { ip?: string; from?: string } = {}): Promise<string> {
  const id = await sendOne(relay.ports.outbound, to, more);
  await waitForEvent(relay.dataDir, id, 'message.recipient.deferred');
  return id;
}

interface Entry {
  status: string;
  holds: string[];
}

async function entryOf(relay: Relay, id: string): Promise<Entry | undefined> {
  const message = (await queued(relay.dataDir, id)) as { recipients: Entry[] } | undefined;
  return message?.recipients[0];
}

describe('verbs of `queue`', () => {
  let folder: TemporaryFolder;
  let relay: Relay;
  let receiver: ScriptedReceiver;

  const cli = async (...args: string[]) => {
    const finished = await relay.cli(...args);
    assert.equal(finished.code, 0, finished.stderr);
    return finished.stdout;
  };
  const arrivals = (to: string) => receiver.messages.filter(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes(to)));

  before(async () => {
    folder = temporaryFolder('verbs');
    receiver = await busy();
    relay = await startRelay({ ...relayTo(folder.path, receiver), apply: provision() });
  });
  after(async () => {
    await relay?.stop();
    await receiver?.close();
    folder?.remove();
  });

  test('suspend holds what is queued, other holds stay when it is lifted, and resume lets the rest go on', async () => {
    receiver.script = { rcpt: '451 4.2.1 not now' };
    const free = await deferred(relay, 'free@suspended.test');
    const looked = await deferred(relay, 'looked@suspended.test');
    const other = await deferred(relay, 'other@suspended.test', { ip: BETA, from: 'b@beta.test' });
    assert.equal(await cli('queue', 'hold', looked, '--kind', 'look', '--note', 'a look'), 'hold: 1 recipient(s)\n');
    await cli('queue', 'suspend', 'acme', '--reason', 'unpaid');
    assert.deepEqual(await entryOf(relay, free).then(holdsOf), ['held', 'suspended']);
    assert.deepEqual(await entryOf(relay, looked).then(holdsOf), ['held', 'look', 'suspended']);
    assert.deepEqual(await entryOf(relay, other).then(holdsOf), ['deferred']);
    assert.equal((await countsOf(relay.dataDir)).held, 2);
    receiver.script = {};
    await cli('queue', 'retry', 'to:@suspended.test');
    await waitForEvent(relay.dataDir, other, 'message.recipient.delivered');
    await sleep(1500);
    assert.equal(arrivals('free@').length + arrivals('looked@').length, 0, 'what is held is not sent');
    await cli('queue', 'resume', 'acme');
    await cli('queue', 'retry', free);
    await waitForEvent(relay.dataDir, free, 'message.recipient.delivered');
    assert.deepEqual(await entryOf(relay, looked).then(holdsOf), ['held', 'look']);
    assert.equal(arrivals('looked@').length, 0);
    assert.equal(await cli('queue', 'release', looked, '--kind', 'look'), 'release: 1 recipient(s)\n');
    await cli('queue', 'retry', looked);
    const told = await waitForEvent(relay.dataDir, looked, 'message.recipient.delivered');
    const types = told.map(({ type }) => type);
    assert.ok(types.indexOf('message.held') < types.indexOf('message.released'), types.join(', '));
    assert.equal(arrivals('looked@').length, 1);
  });

  test('hold keeps a message back, release lets it go', async () => {
    receiver.script = { rcpt: '451 4.2.1 not now' };
    const id = await deferred(relay, 'bob@hold.test');
    await cli('queue', 'hold', id, '--note', 'a look');
    receiver.script = {};
    await cli('queue', 'retry', id);
    await sleep(1000);
    assert.deepEqual(await entryOf(relay, id).then(holdsOf), ['held', 'operator']);
    await cli('queue', 'release', id);
    await cli('queue', 'retry', id);
    await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
    assert.match(await cli('trace', `id:${id}`), /message\.held.*message\.released.*delivered/s);
  });

  test('remove ends a message as removed, and nobody gets a bounce', async () => {
    receiver.script = { rcpt: '451 4.2.1 not now' };
    const id = await deferred(relay, 'bob@remove.test');
    receiver.script = {};
    assert.equal(await cli('queue', 'remove', id), 'remove: 1 recipient(s)\n');
    await waitForEvent(relay.dataDir, id, 'message.recipient.removed');
    assert.equal(await queued(relay.dataDir, id), undefined);
    assert.match(await cli('trace', 'to:bob@remove.test'), /removed/);
    await sleep(500);
    assert.equal(arrivals('a@acme.test').length + arrivals('bob@remove.test').length, 0);
  });

  test('reroute delivers to another host', async () => {
    await using elsewhere = await startReceiver();
    receiver.script = { rcpt: '451 4.2.1 not now' };
    const id = await deferred(relay, 'bob@reroute.test');
    await cli('queue', 'reroute', id, '--host', `127.0.0.1:${elsewhere.port}`);
    const events = await until('the delivery', async () => {
      const told = await eventsOf(relay.dataDir, id);
      return told.some(({ type }) => type === 'message.recipient.delivered') ? told : undefined;
    });
    assert.equal(elsewhere.messages.length, 1);
    assert.ok(events.some(({ type }) => type === 'message.recipient.rerouted'));
    assert.equal(arrivals('bob@reroute.test').length, 0);
  });

  test('retry tries at once what would be due in an hour', async () => {
    receiver.script = { rcpt: '451 4.2.1 not now' };
    const id = await deferred(relay, 'bob@retry.test');
    receiver.script = {};
    assert.equal(await cli('queue', 'retry', 'to:bob@retry.test'), 'retry: 1 recipient(s)\n');
    const events = await waitForEvent(relay.dataDir, id, 'message.recipient.delivered');
    assert.ok(events.some(({ type }) => type === 'message.recipient.retried'));
    assert.equal(arrivals('bob@retry.test').length, 1);
  });
});

function holdsOf(entry: Entry | undefined): string[] {
  return entry === undefined ? [] : [entry.status, ...entry.holds.toSorted()];
}

test('the life of suspended mail does not run out, that of other mail does', async () => {
  await using folder = temporaryFolder('life');
  await using receiver = await busy();
  const options = relayTo(folder.path, receiver, { expire_after: '8s' });
  const first = await startRelay({ ...options, apply: provision() });
  const mine = await deferred(first, 'bob@life.test');
  await first.cli('queue', 'suspend', 'acme');
  const other = await deferred(first, 'bob@life.test', { ip: BETA, from: 'b@beta.test' });
  await sleep(8500);
  await first.stop();
  // What is over its life is looked for at each start, and then every minute.
  await using relay = await startRelay(options, first.ports);
  await waitForEvent(relay.dataDir, other, 'message.recipient.expired');
  assert.deepEqual(await entryOf(relay, mine).then(holdsOf), ['held', 'suspended']);
  receiver.script = {};
  await relay.cli('queue', 'resume', 'acme');
  await relay.cli('queue', 'retry', mine);
  await waitForEvent(relay.dataDir, mine, 'message.recipient.delivered');
});
