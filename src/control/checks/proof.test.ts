import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeProof, type ProofState, type ProofStep } from './proof.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RULES = { graceMs: 72 * HOUR, longestGapMs: 2 * HOUR };
const NEW: ProofState = {
  seen_at: 1,
  missing_since: null,
  missing_looks: 0,
  missing_ms: 0,
  missing_at: null,
  warned_at: null,
};

/** Looks in turn: what was seen, and at which time. */
function play(looks: readonly [proof: 'seen' | 'gone' | 'unknown', at: number][]): {
  steps: ProofStep[];
  state: ProofState;
} {
  let state = NEW;
  const steps = looks.map(([proof, now]) => {
    const seen = observeProof(state, proof, { now, rules: RULES });
    state = seen.state;
    return seen.step;
  });
  return { steps, state };
}

const hourly = (from: number, hours: number) =>
  Array.from({ length: hours }, (_, i): ['gone', number] => ['gone', from + i * HOUR]);
const LOST: ['gone', number][] = [
  ['gone', 0],
  ['gone', 1 * MINUTE],
  ['gone', 3 * MINUTE],
  ['gone', 7 * MINUTE],
];

test('several answers over some minutes warn, once', () => {
  const { steps } = play([...LOST, ['gone', 15 * MINUTE]]);
  assert.deepEqual(steps, ['none', 'none', 'none', 'warn', 'none']);
});

test('many answers within a moment warn of nothing', () => {
  const { steps } = play(Array.from({ length: 50 }, (_, i): ['gone', number] => ['gone', i * 1000]));
  assert(!steps.includes('warn'));
});

test('72 hours after the warning it is stopped, not before', () => {
  const { steps } = play([...LOST, ...hourly(7 * MINUTE, 74)]);
  assert.equal(steps.indexOf('warn'), 3);
  assert.equal(steps.indexOf('stop'), LOST.length + 72);
});

test('seen again it is as before, and a later loss begins anew', () => {
  const { steps, state } = play([...LOST, ...hourly(7 * MINUTE, 71), ['seen', 80 * HOUR], ['gone', 81 * HOUR]]);
  assert(!steps.includes('stop'));
  assert.equal(steps.at(-2), 'back');
  assert.equal(state.warned_at, null);
  assert.equal(state.missing_ms, 0);
});

test('failures of DNS are neither proof nor loss, and use up nothing of the grace', () => {
  const failing = Array.from({ length: 500 }, (_, i): ['unknown', number] => ['unknown', 8 * MINUTE + i * HOUR]);
  const { steps, state } = play([...LOST, ...failing, ['gone', 501 * HOUR]]);
  assert.equal(steps.filter((step) => step === 'stop').length, 0);
  assert.equal(state.missing_ms, 0);
  assert(
    play([
      ['unknown', 0],
      ['unknown', HOUR],
      ['unknown', 2 * HOUR],
    ]).steps.every((step) => step === 'none'),
  );
});

test('a clock that is set forward or back ends no grace', () => {
  const { steps } = play([...LOST, ['gone', 400 * 24 * HOUR], ['gone', 5 * MINUTE], ['gone', 6 * MINUTE]]);
  assert(!steps.includes('stop'));
  const { steps: later } = play([...LOST, ['gone', -900 * 24 * HOUR], ...hourly(-900 * 24 * HOUR, 73)]);
  assert.equal(later.filter((step) => step === 'stop').length, 1);
});

test('a relay that was down for a week does not stop the domain at its first look', () => {
  const { steps } = play([...LOST, ['gone', 7 * 24 * HOUR]]);
  assert(!steps.includes('stop'));
});
