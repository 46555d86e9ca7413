import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../platform/clock.ts';
import type { Outcome } from '../../message.ts';
import { Scheduler } from '../scheduler.ts';
import { outcomes, sampleMessage, settlementOf } from '../testing/queue-samples.ts';

/** What is thought of the mail hosts after so many outcomes of this kind. */
function siteAfter(times: number, outcome: Outcome) {
  const scheduler = new Scheduler({ threads: 1, connections: 20, clock: systemClock, random: () => 0.5 });
  scheduler.start();
  for (let row = 1; row <= times; row++) {
    const message = sampleMessage({ to: ['u@inside.test'] });
    scheduler.enqueued(message, row, 0);
    scheduler.settled(settlementOf(message, { row }, outcome, { dueAt: Date.now() + 60_000 }));
  }
  const { failures, storm, window } = scheduler.destinations.get('inside.test').site;
  return { failures, storm, window };
}

test('what a scanner of ours put off is no refusal of the mail hosts that were not asked', () => {
  assert.deepEqual(siteAfter(30, outcomes.putOffHere), { failures: 0, storm: false, window: 5 });
  assert.deepEqual(siteAfter(30, outcomes.pausedHere), { failures: 0, storm: false, window: 5 });
  assert.deepEqual(siteAfter(30, outcomes.refused), { failures: 30, storm: true, window: 1 });
});
