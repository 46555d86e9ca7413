// A copy of a running relay under load, and a relay that starts from it: nothing that was promised before is lost, nothing is
// sent again without asking, nothing that was erased comes back.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { queuedIds } from '../crash/kill.ts';
import { recipientOf, startReceiver, startSender, unaccounted } from '../crash/witness.ts';
import { countsOf, eventsOf, sendOne } from '../support/mail.ts';
import { run } from '../support/processes.ts';
import { acmeProvision, callApi, type Relay, type RelayOptions, startRelay } from '../support/relay.ts';
import { startReceiver as startScripted } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const program = join(import.meta.dirname, '../../bin/easymail');

interface Made {
  id: string;
  folder: string;
  since: string;
}

function options(folder: TemporaryFolder, name: string, receiverPort: number): RelayOptions {
  return {
    folder: folder.file(name),
    // Notices of bounces come back to the receiver too.
    apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: receiverPort } }),
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiverPort}`], tls: 'none' }],
      retry: { first: '1h', longest: '1h' },
      backup: { folder: folder.file('backups'), key_file: folder.file('backup.key'), interval: '0s' },
      alarm: { interval: '1s' },
    },
  };
}

/** What is applied comes from the copy. */
function again({ apply: _applied, ...rest }: RelayOptions): RelayOptions {
  return rest;
}

async function backUp(relay: Relay, ...args: string[]): Promise<Made> {
  const { code, stdout, stderr } = await relay.cli('backup', '--json', ...args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Made;
}

async function restore(folder: TemporaryFolder, made: string, name: string, ...args: string[]) {
  const into = folder.file(name, 'data');
  return run(program, ['restore', made, '--into', into, '--key-file', folder.file('backup.key'), '--json', ...args]);
}

async function erase(relay: Relay, address: string): Promise<string> {
  const body = { kind: 'erasure', address, reason: 'asked by mail' };
  const path = '/api/v1/customers/acme/privacy/requests';
  const opened = await callApi(relay.dataDir, { method: 'POST', path, body });
  assert.equal(opened.status, 202, opened.body);
  const { id, mark } = JSON.parse(opened.body) as { id: string; mark: string };
  await until('the erasure', async () => {
    const shown = await callApi(relay.dataDir, { path: `/api/v1/privacy/requests/${id}` });
    return /"state":"(completed|waiting)"/.test(shown.body) ? true : undefined;
  });
  return mark;
}

for (const withTrace of [false, true]) {
  const what = withTrace ? "with the lost machine's trace" : 'alone';
  test(`under load: a copy, a kill, a restore from the copy ${what}`, { timeout: 120_000 }, async () => {
    await using folder = temporaryFolder('backup');
    writeFileSync(folder.file('backup.key'), randomBytes(32));
    await using receiver = await startReceiver(0, 2);
    const relay = await startRelay(options(folder, 'first', receiver.port));
    const sender = startSender({ port: relay.ports.outbound, sessions: 6, from: 100 });
    await until('some traffic', () => (sender.noted.size > 300 ? true : undefined));
    const before = new Map(sender.noted);
    const made = await backUp(relay);
    const during = sender.noted.size - before.size;
    assert.ok(during > 10, `mail went on while the copy was made (${during})`);
    const done = [...before.keys()].find((number) => receiver.copies.has(number)) ?? assert.fail('none delivered');
    const mark = await erase(relay, recipientOf(done));
    await relay.kill();
    await sender.stop();

    const trace = withTrace ? ['--trace', relay.dataDir] : [];
    const restored = await restore(folder, made.folder, 'second', ...trace);
    assert.equal(restored.code, 0, restored.stderr);
    const report = JSON.parse(restored.stdout) as {
      held: number;
      settled: number;
      erasures: number;
      warnings: string[];
    };
    assert.equal(report.erasures, 1);
    assert.ok(report.held > 0);
    if (!withTrace) assert.equal(report.settled, 0);
    assert.ok(report.warnings.some((text) => /is not in this copy/.test(text)));
    const copiesBefore = [...receiver.copies.values()].reduce((sum, n) => sum + n, 0);

    await using restarted = await startRelay(again(options(folder, 'second', receiver.port)), relay.ports);
    const held = await queuedIds(restarted);
    const counts = await countsOf(restarted.dataDir);
    assert.deepEqual([counts.queued, counts.deferred], [0, 0], 'all of it is held');
    assert.equal(counts.held, report.held);
    const lost = [...before].filter(([number, id]) => {
      const ended = receiver.copies.has(number) || receiver.bounced.has(number) || number % 10 === 9;
      return !ended && !held.has(id);
    });
    assert.deepEqual(lost, []);
    if (withTrace) {
      const known = [...before].filter(([number, id]) => receiver.copies.has(number) && held.has(id));
      // What was handed over in the last moments may not have been settled: it is held, and asked for.
      assert.ok(known.length <= 6 * 2, `${known.length} delivered ones are held although the trace knew`);
    }
    assert.equal((await restarted.cli('audit', 'verify')).code, 0);
    const id = before.get(done) ?? '';
    const events = JSON.stringify(await eventsOf(restarted.dataDir, id));
    assert.doesNotMatch(events, new RegExp(recipientOf(done)), 'what was erased after the copy is erased again');
    assert.match(events, new RegExp(mark));
    await sleep(2500);
    assert.doesNotMatch(restarted.running.output(), /"alarm":"reconciler"/);
    assert.equal(
      [...receiver.copies.values()].reduce((sum, n) => sum + n, 0),
      copiesBefore,
      'nothing went out unasked',
    );

    receiver.takeDeferred();
    const released = await restarted.cli('queue', 'release', '--hold', 'restored');
    assert.equal(released.code, 0, released.stderr);
    await restarted.cli('queue', 'retry', '--all');
    assert.deepEqual(await unaccounted({ ...sender, noted: before }, receiver), []);
    assert.equal(receiver.damaged.size, 0);
    // Recipients that bounced between the copy of the queue and that of the control store are suppressed in it.
    const suppressed = { method: 'POST', path: '/api/v1/queue/remove', body: { query: { hold: 'suppressed' } } };
    await until('an empty queue', async () => {
      await callApi(restarted.dataDir, suppressed);
      const { queued, deferred, held, events_pending: events } = await countsOf(restarted.dataDir);
      return queued + deferred + held + events === 0 ? true : undefined;
    });
    await sleep(2500);
    assert.doesNotMatch(restarted.running.output(), /"alarm":"reconciler"/);
  });
}

test('since the last: unchanged days are taken over; a damaged, foreign or wrongly opened copy is refused', async () => {
  await using folder = temporaryFolder('backup');
  writeFileSync(folder.file('backup.key'), randomBytes(32));
  await using receiver = await startScripted();
  await using relay = await startRelay(options(folder, 'first', receiver.port));
  const id = await sendOne(relay.ports.outbound, 'bob@example.org');
  await until('the delivery', () => receiver.messages[0]);
  await until('no events', async () => ((await countsOf(relay.dataDir)).events_pending === 0 ? true : undefined));
  const first = await backUp(relay);
  await sleep(1100); // its name is the second in which it was begun
  const second = await backUp(relay, '--since', 'last', '--to', folder.file('elsewhere'));
  assert.equal(second.since, first.id);
  const day = readdirSync(second.folder).find((name) => name.startsWith('trace_20')) ?? assert.fail('no day');
  assert.equal(statSync(join(first.folder, day)).ino, statSync(join(second.folder, day)).ino, 'taken over');
  const sealed = readdirSync(second.folder).map((name) => readFileSync(join(second.folder, name), 'latin1'));
  assert.equal(
    sealed.some((text) => text.includes('bob@example.org') || text.includes('SQLite format')),
    false,
  );

  const refused = async (made: string, why: RegExp, ...args: string[]) => {
    const { code, stderr } = await restore(folder, made, `refused-${Math.random()}`, ...args);
    assert.equal(code, 1, stderr);
    assert.match(stderr, why);
  };
  const copy = (name: string) => {
    cpSync(second.folder, folder.file(name), { recursive: true });
    return folder.file(name);
  };
  const changed = copy('changed');
  const octets = readFileSync(join(changed, 'control.db.sealed'));
  octets[octets.length - 1]! ^= 1;
  writeFileSync(join(changed, 'control.db.sealed'), octets);
  await refused(changed, /was changed/);
  const other = copy('other');
  const manifest = join(other, 'manifest.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"version":1', '"version":1,"x":1'));
  await refused(other, /manifest of .* was changed/);
  writeFileSync(folder.file('wrong.key'), randomBytes(32));
  await refused(second.folder, /another key/, '--key-file', folder.file('wrong.key'));
  mkdirSync(folder.file('full', 'data'), { recursive: true });
  writeFileSync(folder.file('full', 'data', 'mine'), 'x');
  const full = await restore(folder, second.folder, 'full');
  assert.equal(full.code, 1);
  assert.match(full.stderr, /is not empty/);

  const good = await restore(
    folder,
    join(folder.file('elsewhere'), second.id),
    'good',
    '--ledger',
    folder.file('none'),
  );
  assert.equal(good.code, 0, good.stderr);
  await relay.stop();
  await using restarted = await startRelay(again(options(folder, 'good', receiver.port)), relay.ports);
  assert.match(JSON.stringify(await eventsOf(restarted.dataDir, id)), /message\.recipient\.delivered/);
  const doctor = await restarted.cli('doctor', '--json');
  assert.match(doctor.stdout, /"state":"ok","subject":"backup"/);
});
