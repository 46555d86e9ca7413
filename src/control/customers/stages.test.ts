import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mover, mailState, mayMove, type ShownState, STAGES, type Stage } from './stages.ts';

/** Every way, by mover: o operator, c customer, r relay, a `apply`. All that is not here is refused. */
const WAYS: Record<string, string> = {
  'registered invited': 'or',
  'registered submitted': 'o',
  'registered live': 'a',
  'registered deactivated': 'a',
  'registered removed': 'o',
  'invited submitted': 'oc',
  'invited live': 'a',
  'invited deactivated': 'a',
  'invited removed': 'o',
  'submitted invited': 'o',
  'submitted approved': 'o',
  'submitted live': 'a',
  'submitted deactivated': 'a',
  'submitted removed': 'o',
  'approved verifying': 'or',
  'approved live': 'a',
  'approved deactivated': 'a',
  'approved removed': 'o',
  'verifying live': 'ora',
  'verifying notice': 'or',
  'verifying deactivated': 'ora',
  'verifying removed': 'oa',
  'live notice': 'or',
  'live deactivated': 'ora',
  'live removed': 'a',
  'notice live': 'ora',
  'notice deactivated': 'ora',
  'notice removed': 'a',
  'deactivated live': 'ora',
  'deactivated notice': 'or',
  'deactivated removed': 'ora',
  'removed live': 'a',
  'removed verifying': 'a',
  'removed deactivated': 'a',
};
const MOVERS: Record<string, Mover> = { o: 'operator', c: 'customer', r: 'relay', a: 'apply' };

test('every step of the table may be taken by whom it says, and no other step by anybody', () => {
  for (const from of STAGES) {
    for (const to of STAGES) {
      for (const [letter, mover] of Object.entries(MOVERS)) {
        const allowed = WAYS[`${from} ${to}`]?.includes(letter) === true;
        assert.equal(mayMove(from, to, mover).ok, allowed, `${from} -> ${to} by ${mover}`);
      }
    }
  }
});

test('a refusal says what would be possible', () => {
  const refused = mayMove('live', 'invited', 'operator');
  assert.equal(refused.ok, false);
  assert.match(refused.ok ? '' : refused.refused.message, /can become notice, deactivated/);
});

test('the mail path hears of a customer from verifying to the end, and of a suspension at once', () => {
  const states = (suspended: boolean): Partial<Record<Stage, ShownState>> =>
    Object.fromEntries(STAGES.map((stage) => [stage, mailState(stage, suspended)]).filter(([, state]) => state));
  assert.deepEqual(states(false), { verifying: 'verifying', live: 'live', notice: 'live', deactivated: 'deactivated' });
  const held = { verifying: 'suspended', live: 'suspended', notice: 'suspended', deactivated: 'deactivated' };
  assert.deepEqual(states(true), held);
});
