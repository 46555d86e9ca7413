import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOK_MS, Load, type LoadCause } from './load.ts';

function world() {
  const state = { now: 0, room: 0, memory: 0, changes: [] as (LoadCause | undefined)[] };
  const load = new Load({
    clock: { now: () => state.now, monotonic: () => state.now },
    settings: () => ({ busy_rate: 200, busy_lag: 250 }),
    threads: 2,
    strangersShare: () => state.room,
    memoryShare: () => state.memory,
    changed: (cause) => state.changes.push(cause),
  });
  const pass = (ms: number, fruitlessPerSecond = 0) => {
    for (let i = 0; i < ms / LOOK_MS; i++) {
      for (let n = 0; n < (fruitlessPerSecond * LOOK_MS) / 1000; n++) load.fruitless();
      state.now += LOOK_MS;
      load.look();
    }
  };
  return { state, load, pass };
}

test('more connections without a message than are allowed are load, until some time after', () => {
  const { load, pass, state } = world();
  pass(10_000, 90);
  assert.equal(load.busy, false);
  pass(1000, 1000);
  assert.equal(load.busy, true);
  pass(2000);
  assert.equal(load.busy, true);
  pass(4000);
  assert.equal(load.busy, false);
  assert.deepEqual(state.changes, ['fruitless', undefined]);
});

test('work that is late again and again is load, once is none', () => {
  const { load, state } = world();
  const late = (ms: number) => {
    state.now += LOOK_MS + ms;
    load.look();
  };
  for (const ms of [300, 0, 5000, 0, 300]) late(ms);
  assert.equal(load.busy, false);
  late(300);
  assert.deepEqual(state.changes, ['lag']);
});

test('strangers in half their room and full memory are load', () => {
  for (const [cause, set] of [
    ['room', (state) => (state.room = 0.6)],
    ['memory', (state) => (state.memory = 0.8)],
  ] satisfies [LoadCause, (state: ReturnType<typeof world>['state']) => unknown][]) {
    const { pass, state } = world();
    pass(1000);
    set(state);
    pass(LOOK_MS);
    assert.deepEqual(state.changes, [cause]);
  }
});
