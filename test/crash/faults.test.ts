// Faults of the disk and of threads, end to end: whatever happens, a message that had its 250 is not lost, and the
// relay works again once the fault is gone.

import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'smol-toml';
import { loadConfig } from '../../src/platform/config/load.ts';
import { createLog } from '../../src/platform/log.ts';
import { startRelay as buildRelay } from '../../src/start/relay.ts';
import { freePorts } from '../support/ports.ts';
import { runOrThrow, skipWithoutPrograms } from '../support/processes.ts';
import { acmeProvision, apiGet, type Counts, type RelayOptions, relayConfig, startRelay } from '../support/relay.ts';
import { temporaryFolder } from '../support/temp.ts';
import { type Receiver, startReceiver, startSender, unaccounted } from './witness.ts';

const skip = skipWithoutPrograms(['strace']);
const skipMount = skipWithoutPrograms(['mount'], { root: true });

function options(folder: string, receiver: Receiver): RelayOptions & { folder: string } {
  return {
    folder,
    apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: receiver.port } }),
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`] }], retry: { first: '1s', longest: '1s' } },
  };
}

async function ports(): Promise<{ outbound: number; inbound: number; submission: number; http: number }> {
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  return { outbound, inbound, submission, http };
}

for (const [fault, inject] of [
  ['a sync', 'inject=fsync,fdatasync:error=EIO:when=120+'],
  ['a write', 'inject=pwrite64:error=EIO:when=600+'],
] as const) {
  test(`EIO on ${fault}: the relay ends, and the restart has every message that had its 250`, { skip }, async () => {
    await using temp = temporaryFolder('eio');
    await using receiver = await startReceiver();
    const used = await ports();
    const { apply: _applied, ...again } = options(temp.path, receiver);
    await (await startRelay(options(temp.path, receiver), used)).stop();
    const under = [
      'strace',
      '-f',
      '--seccomp-bpf',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      'trace=fsync,fdatasync,pwrite64',
      '-e',
      inject,
    ];
    const failing = await startRelay({ ...again, under, readyTimeoutMs: 60_000 }, used);
    const sender = startSender({ port: used.outbound, sessions: 8 });
    const ended = await Promise.race([failing.running.exited, sleep(30_000).then(() => undefined)]);
    assert.notEqual(ended, undefined, 'the relay went on although its disk failed');
    assert.notEqual(ended?.code, 0);
    await using _relay = await startRelay(again, used);
    await sleep(300);
    await sender.stop();
    assert.ok(sender.noted.size > 0);
    assert.deepEqual(await unaccounted(sender, receiver), []);
    assert.equal(receiver.damaged.size, 0);
  });
}

test('the disk full: 452, nothing lost, and all is well once there is room', { skip: skipMount }, async () => {
  await using temp = temporaryFolder('full');
  await using receiver = await startReceiver();
  const folder = temp.file('relay');
  mkdirSync(`${folder}/data`, { recursive: true });
  await runOrThrow('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=700', 'tmpfs', `${folder}/data`]);
  try {
    const settings = options(folder, receiver);
    const config = { ...settings.config, queue: { low_water: '16MB' } };
    await using relay = await startRelay({ ...settings, config });
    const send = async (from: number) => {
      const sender = startSender({ port: relay.ports.outbound, sessions: 4, messages: 60, from });
      await sender.stop();
      return sender;
    };
    const before = await send(0);
    assert.equal(before.noted.size, 60);
    fillUp(`${folder}/data/ballast`);
    const during = await waitFor(async () => {
      const sender = await send(1000);
      return sender.noted.size === 0 ? sender : undefined;
    });
    for (const text of during.refusals.keys()) assert.match(text, /^452 4\.3\.1/);
    const explained = await relay.cli('explain', '--ip', '127.0.0.1', '--from', 'a@acme.test', '--to', 'b@example.org');
    assert.match(explained.stdout, /refused at mail: 452 4\.3\.1/);
    rmSync(`${folder}/data/ballast`);
    const after = await waitFor(async () => {
      const sender = await send(5000);
      return sender.noted.size === 60 ? sender : undefined;
    });
    assert.deepEqual(await unaccounted(before, receiver), []);
    assert.deepEqual(await unaccounted(after, receiver), []);
  } finally {
    await runOrThrow('umount', [`${folder}/data`]);
  }
});

/** Takes all the room there is. */
function fillUp(path: string): void {
  const handle = openSync(path, 'w');
  try {
    for (;;) writeSync(handle, Buffer.alloc(1024 * 1024));
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  } finally {
    closeSync(handle);
  }
}

async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(performance.now() < end, 'it did not come about in 20 s');
    await sleep(500);
  }
}

test('threads ended under load take no message with them', async (context) => {
  await using temp = temporaryFolder('threads');
  await using receiver = await startReceiver();
  const used = await ports();
  const settings = options(temp.path, receiver);
  writeFileSync(temp.file('easymail.toml'), stringify({ ...relayConfig(settings, used), log: { level: 'error' } }));
  const loaded = loadConfig(temp.file('easymail.toml'));
  assert.ok(loaded.ok);
  const relay = await buildRelay(loaded.config, {
    log: createLog({ level: 'error', thread: 'main' }),
    fatal: (code) => assert.fail(`the relay ended itself with ${code}`),
    drained: () => undefined,
    document: stringify(settings.apply ?? {}),
  });
  try {
    const sender = startSender({ port: used.outbound, sessions: 10 });
    for (const name of ['relay-0', 'store', 'trace', 'relay-1', 'store', 'trace', 'relay-0', 'store']) {
      await sleep(500);
      const before = sender.noted.size;
      await relay.worker(name)?.terminate();
      await sleep(1000);
      assert.ok(sender.noted.size > before, `no message was accepted within a second of the end of ${name}`);
    }
    await sender.stop();
    assert.deepEqual(await unaccounted(sender, receiver), []);
    const end = performance.now() + 20_000;
    let counts: Counts;
    do {
      await sleep(200);
      counts = JSON.parse((await apiGet(loaded.config.node.data_dir, '/api/v1/queue')).body) as Counts;
    } while (counts.queued + counts.deferred + counts.events_pending > 0 && performance.now() < end);
    assert.deepEqual(counts, { queued: 0, deferred: 0, held: 0, quarantined: 0, events_pending: 0 });
    context.diagnostic(`${sender.noted.size} noted, all found; 8 threads ended`);
  } finally {
    await relay.stop(1000);
  }
});
