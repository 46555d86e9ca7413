// How many jobs run at once, and what becomes of one whose progress cannot be written down.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../test/support/until.ts';
import type { CustomerId } from '../../mail/message.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLog } from '../../platform/log.ts';
import { createChanges } from '../changes.ts';
import { openControlDatabase } from '../database/control-database.ts';
import { type BulkJobs, openBulkJobs, type WantedJob } from './bulk-jobs.ts';
import type { BulkStep } from './bulk-work.ts';

const BY = { who: 'ann@operator.test' };

function wanted(side: 'operator' | 'customer', customer: string): WantedJob {
  const query = { customer: customer as CustomerId };
  return {
    work: { part: 'quarantine', action: 'release', query, side },
    customer: query.customer,
    total: 1,
    more: false,
  };
}

interface World {
  jobs: BulkJobs;
  /** The change of this number (the first is 1) fails; or all of them do. */
  fails: { change?: number; all?: boolean };
  /** The same jobs after a start of the relay. */
  again: () => BulkJobs;
}

/** Jobs whose steps are what `step` says; of the clock each look is seconds after the one before. */
async function inWorld(step: () => Promise<BulkStep>, work: (world: World) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'easymail-bulk-'));
  const database = openControlDatabase(join(folder, 'control.db'));
  let looks = 0;
  const clock = { ...systemClock, monotonic: () => ++looks * 3000 };
  const fails: World['fails'] = {};
  let made = 0;
  let last: Promise<unknown> = Promise.resolve();
  const changes = createChanges({
    database,
    clock,
    inTurn: (one) => {
      if (++made === fails.change || fails.all === true) return Promise.reject(new Error('the disk is busy'));
      const next = last.then(one);
      last = next.catch(() => {});
      return next;
    },
    publish: () => Promise.resolve(),
    eventsWritten: () => {},
  });
  const store = () => ({ applyPart: () => Promise.reject(new Error('not asked')) });
  const log = createLog({ level: 'error', thread: 'test' });
  const all: BulkJobs[] = [];
  const again = () => {
    const jobs = openBulkJobs({ database, changes, clock, log, store, quarantine: { changeSome: step } });
    all.push(jobs);
    return jobs;
  };
  try {
    await work({ jobs: again(), fails, again });
  } finally {
    for (const jobs of all) await jobs.close();
    await database.close();
    await rm(folder, { recursive: true });
  }
}

test('a customer has two jobs at once, asked for at the same moment or not, and leaves room for the operator', async () => {
  const going = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { changed: 0, skipped: 0, next: 'more' };
  };
  await inWorld(going, async ({ jobs }) => {
    const start = (side: 'operator' | 'customer', customer: string) =>
      jobs.start(BY, wanted(side, customer)).then(
        () => 'begun',
        () => 'refused',
      );
    const all = await Promise.all(['a', 'a', 'a', 'b', 'b', 'c', 'c', 'd'].map((one) => start('customer', one)));
    assert.deepEqual(all, ['begun', 'begun', 'refused', 'begun', 'begun', 'begun', 'begun', 'refused']);
    assert.deepEqual([await start('operator', 'a'), await start('operator', 'a')], ['begun', 'begun']);
    assert.equal(await start('operator', 'b'), 'refused');
  });
});

async function over(jobs: BulkJobs, id: string) {
  return until('the job to end', async () => {
    const found = await jobs.find('quarantine', id);
    return found?.state === 'running' ? undefined : found;
  });
}

test('a job whose end could not be written down ends once it can', async () => {
  await inWorld(
    () => Promise.resolve({ changed: 1, skipped: 0 }),
    async ({ jobs, fails }) => {
      fails.change = 2;
      const { id } = await jobs.start(BY, wanted('operator', 'a'));
      const { state, changed } = await over(jobs, id);
      assert.deepEqual([state, changed], ['done', 1]);
    },
  );
});

test('a job goes on after a stop; after a cut it says so too', async () => {
  let left = Number.POSITIVE_INFINITY;
  const step = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    return { changed: 1, skipped: 0, ...(left-- > 0 && { next: 'more' }) };
  };
  await inWorld(step, async ({ jobs, fails, again }) => {
    const { id } = await jobs.start(BY, wanted('operator', 'a'));
    await jobs.close();
    const stopped = again();
    const resumed = await stopped.find('quarantine', id);
    assert.deepEqual([resumed?.state, resumed?.cut_off], ['running', 0]);
    // Nothing can be written any more: as if the power were cut.
    fails.all = true;
    await stopped.close();
    fails.all = false;
    left = 3;
    const after = again();
    const { state, cut_off } = await over(after, id);
    assert.deepEqual([state, cut_off], ['done', 1]);
  });
});

test('a job whose progress could not be written down goes on', async () => {
  let steps = 0;
  const few = () => Promise.resolve({ changed: 1, skipped: 0, ...(++steps < 4 && { next: String(steps) }) });
  await inWorld(few, async ({ jobs, fails }) => {
    fails.change = 2;
    const { id } = await jobs.start(BY, wanted('operator', 'a'));
    const job = await over(jobs, id);
    assert.deepEqual([job.state, job.changed], ['done', 4]);
  });
});
