import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { CustomerId } from '../message.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { surveyQueue } from './survey.ts';
import { LIFE_MS } from './testing/contract-support.ts';
import { enqueue, sampleMessage } from './testing/queue-samples.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');

test('what waits is told by age and destination, of all and of a customer', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'easymail-survey-'));
  const path = join(directory, 'queue.db');
  const engine = openSqliteEngine({ path, expireAfterMs: LIFE_MS });
  t.after(async () => {
    await engine.close();
    await rm(directory, { recursive: true });
  });
  const add = (ageMs: number, to: string[], customer: string) =>
    enqueue(engine, sampleMessage({ to, acceptedAt: NOW - ageMs, customer }));
  await add(30 * HOUR_MS, ['a@old.test', 'b@old.test'], 'acme');
  await add(2 * HOUR_MS, ['a@old.test'], 'other');
  await add(1000, ['a@new.test'], 'acme');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const all = surveyQueue(database, { now: NOW });
    assert.deepEqual(
      all.ages.map(({ waiting }) => waiting),
      [1, 0, 0, 1, 0, 2, 0],
    );
    assert.equal(all.queued, 4);
    assert.equal(all.oldest, new Date(NOW - 30 * HOUR_MS).toISOString());
    assert.deepEqual(all.destinations, [
      { destination: 'old.test', waiting: 3, deferred: 0 },
      { destination: 'new.test', waiting: 1, deferred: 0 },
    ]);
    const other = surveyQueue(database, { now: NOW, customer: 'other' as CustomerId });
    assert.equal(other.queued, 1);
    assert.equal(other.oldest, new Date(NOW - 2 * HOUR_MS).toISOString());
    const nobody = surveyQueue(database, { now: NOW, customer: 'nobody' as CustomerId });
    assert.deepEqual([nobody.queued, nobody.oldest, nobody.destinations], [0, null, []]);
  } finally {
    database.close();
  }
});
