import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createAuthority } from '../../../test/support/certificates.ts';
import { createTestLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { StoreHealth } from '../queue/operations.ts';
import { type AlarmWatchOptions, watchAlarms } from './alarm-watch.ts';
import { createAlarms } from './alarms.ts';
import type { ReconcilerReport } from './reconciler.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const MB = 1024 ** 2;

function makeWorld(t: TestContext, change: Partial<AlarmWatchOptions> = {}) {
  const clock = { wall: NOON, running: 0, now: () => clock.wall, monotonic: () => clock.running };
  const health: StoreHealth = { free: 900 * MB, full: false, freshAgeMs: 0, eventsPending: 0 };
  const report: ReconcilerReport = { faults: [], lost: [], unknown: [] };
  const log = createTestLog();
  const alarms = createAlarms({
    clock,
    log,
    metrics: createMetrics(),
    node: 'relay.example',
    repeatMs: 3_600_000,
    senders: [],
  });
  const watch = watchAlarms({
    alarms,
    clock,
    log,
    intervalMs: 1_000_000,
    certificates: () => [],
    certificateDays: 21,
    queueAgeMs: 60_000,
    lowWater: 512 * MB,
    setAsideDays: () => new Map(),
    health: async () => health,
    reconciler: { run: async () => report },
    mailHosts: createMetrics().counter('mailhosts', 'For tests.', ['state']),
    ...change,
  });
  t.after(() => watch.close());
  const names = () => alarms.active().map(({ name, about }) => (about === undefined ? name : `${name} ${about}`));
  const look = async () => {
    clock.wall += 30_000;
    clock.running += 30_000;
    await watch.look();
    return names();
  };
  return { alarms, watch, clock, health, report, look, names };
}

test('nothing is on while all is well', async (t) => {
  const world = makeWorld(t);
  for (let i = 0; i < 3; i++) assert.deepEqual(await world.look(), []);
});

test('disk and queue: on while it lasts', async (t) => {
  const world = makeWorld(t);
  world.health.free = 100 * MB;
  world.health.freshAgeMs = 61_000;
  assert.deepEqual(await world.look(), ['disk', 'queue-stalled']);
  assert.equal(world.alarms.active()[0]?.text, '100 MB free, 512 MB are kept back');
  const { code, values } = world.alarms.active()[0] ?? {};
  assert.deepEqual({ code, values }, { code: 'disk-short', values: { free: 100, low: 512 } });
  world.health.free = 900 * MB;
  world.health.full = true;
  world.health.freshAgeMs = 0;
  assert.deepEqual(await world.look(), ['disk']);
  world.health.full = false;
  assert.deepEqual(await world.look(), []);
});

test('the clock set back or forward, and over after a quarter of an hour', async (t) => {
  const world = makeWorld(t);
  await world.look();
  world.clock.wall -= 3_600_000;
  assert.deepEqual(await world.look(), ['clock']);
  assert.equal(world.alarms.active()[0]?.text, 'the clock went back by 3600 s');
  for (let i = 0; i < 29; i++) await world.look();
  assert.deepEqual(world.names(), ['clock']);
  assert.deepEqual(await world.look(), []);
});

test('a slow clock correction is no jump', async (t) => {
  const world = makeWorld(t);
  for (let i = 0; i < 5; i++) {
    world.clock.wall += 400;
    assert.deepEqual(await world.look(), []);
  }
});

test('events that grow for several looks', async (t) => {
  const world = makeWorld(t);
  for (let i = 1; i <= 4; i++) {
    world.health.eventsPending = 20_000 + i;
    assert.deepEqual(await world.look(), [], `look ${i}`);
  }
  world.health.eventsPending = 30_000;
  assert.deepEqual(await world.look(), ['trace']);
  world.health.eventsPending = 29_000;
  assert.deepEqual(await world.look(), []);
});

test('a day put aside stays on, also over a restart, until its file is taken away', async (t) => {
  const days = new Map([['2026-11-20', '2026-11-20.db.unreadable-1']]);
  const world = makeWorld(t, { setAsideDays: () => days });
  world.watch.traceSetAside({ day: '2026-11-20', file: '2026-11-20.db.unreadable-1' });
  for (let i = 0; i < 100; i++) await world.look();
  assert.deepEqual(world.names(), ['trace 2026-11-20']);
  const restarted = makeWorld(t, { setAsideDays: () => days });
  assert.deepEqual(await restarted.look(), ['trace 2026-11-20']);
  days.clear();
  assert.deepEqual(await world.look(), []);
});

test('the reconciler: faults are on, a look that could not be taken changes nothing', async (t) => {
  const world = makeWorld(t);
  world.report.faults = ['one is missing'];
  assert.deepEqual(await world.look(), ['reconciler']);
  world.report.faults = [];
  world.report.unknown = ['the store thread is gone'];
  assert.deepEqual(await world.look(), ['reconciler']);
  world.report.unknown = [];
  assert.deepEqual(await world.look(), []);
});

test('a store thread that does not answer stops no other look', async (t) => {
  const world = makeWorld(t, { health: async () => Promise.reject(new Error('gone')) });
  world.report.faults = ['one is missing'];
  assert.deepEqual(await world.look(), ['reconciler']);
});

test('threads and addresses: each by its name', async (t) => {
  const world = makeWorld(t);
  world.watch.threadRestarted('relay-1');
  world.watch.noAddress('acme');
  world.watch.noAddress('other');
  world.watch.hasAddress('acme');
  assert.deepEqual(await world.look(), ['thread-restarted relay-1', 'no-address other']);
});

test('certificates: near the end, past it, unreadable, missing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-certificates-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const authority = await createAuthority(folder);
  const broken = join(folder, 'broken.pem');
  const long = (await authority.issue('long.example', ['long.example'], 100)).certificate;
  const short = (await authority.issue('short.example', ['short.example'], 10)).certificate;
  writeFileSync(broken, 'nothing of the kind');
  const files = [long, short, broken, join(folder, 'missing.pem')];
  const world = makeWorld(t, { certificates: () => files });
  const texts = async () => {
    await world.look();
    const on = world.alarms.active().filter(({ name }) => name === 'certificate');
    return on.map(({ text }) => text).toSorted();
  };
  const unreadable = ['cannot be read (ENOENT)', 'cannot be read (not a certificate)'];
  world.clock.wall = Date.now();
  assert.deepEqual(await texts(), [...unreadable, 'ends in 9 days']);
  world.clock.wall += 50 * 86_400_000;
  assert.deepEqual(await texts(), [...unreadable, 'ended 41 days ago']);
});
