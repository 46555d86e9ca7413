import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { CustomerId } from '../message.ts';
import type { QueueEngine } from './engine.ts';
import type { QueryVerb } from './operations.ts';
import type { QueueGrouping } from './queue-groups.ts';
import { groupQueue } from './queue-groups.ts';
import { countMeant } from './queue-meant.ts';
import { listQueue } from './queue-read.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { LIFE_MS } from './testing/contract-support.ts';
import { commit, enqueue, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';

/** More than one step changes, and more than one step looks at. */
const MANY = 1300;

describe('what a verb would be done to', () => {
  let directory: string;
  let engine: QueueEngine;
  let database: DatabaseSync;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'easymail-meant-'));
    const path = join(directory, 'queue.db');
    engine = openSqliteEngine({ path, expireAfterMs: LIFE_MS });
    database = new DatabaseSync(path, { readOnly: true });
    const to = Array.from({ length: MANY }, (_, i) => `u${i}@${i % 2 === 0 ? 'even' : 'odd'}.test`);
    for (let i = 0; i < 2; i++) await enqueue(engine, sampleMessage({ to, acceptedAt: 5000 + i }));
    const late = sampleMessage({ customer: 'other', sender: 'other@other.test', to: ['a@odd.test'], acceptedAt: 2000 });
    const row = await enqueue(engine, late);
    await settle(engine, settlementOf(late, { row }, outcomes.refused, { dueAt: 9000 }));
  });
  after(async () => {
    database.close();
    await engine.close();
    await rm(directory, { recursive: true });
  });

  /** Does it as a job does, in parts; what changed. */
  async function doAll(verb: QueryVerb, until = Number.MAX_SAFE_INTEGER): Promise<number> {
    let changed = 0;
    let next: number | undefined = 0;
    for (let turns = 0; next !== undefined; turns++) {
      assert.ok(turns < 100, 'a verb ends');
      const { step } = await commit(engine, { step: { verb, after: next, rows: 400, until }, now: 6000 });
      changed += step?.changed ?? 0;
      next = step?.next;
    }
    return changed;
  }

  it('counts messages, recipients, customers and destinations, and shows some', () => {
    const meant = countMeant(database, { verb: 'retry', query: {} });
    assert.deepEqual(
      { recipients: meant.recipients, messages: meant.messages, more: meant.more, oldest: meant.oldest_at },
      { recipients: 2 * MANY + 1, messages: 3, more: false, oldest: new Date(2000).toISOString() },
    );
    assert.deepEqual(meant.customers, [
      { name: 'acme', recipients: 2 * MANY },
      { name: 'other', recipients: 1 },
    ]);
    assert.deepEqual(meant.destinations, [
      { name: 'odd.test', recipients: MANY + 1 },
      { name: 'even.test', recipients: MANY },
    ]);
    assert.equal(meant.sample.length, 20);
  });

  it('a hold takes other recipients of the same messages along, and says so', () => {
    const verb: QueryVerb = { verb: 'hold', query: { destination: 'even.test' }, reason: { kind: 'operator' } };
    const { recipients, messages, along } = countMeant(database, verb);
    assert.deepEqual({ recipients, messages, along }, { recipients: MANY, messages: 2, along: MANY });
  });

  it('what is done is what was told, whatever the steps cut, and is told no second time', async () => {
    const hold: QueryVerb = { verb: 'hold', query: { customer: 'acme' as CustomerId }, reason: { kind: 'operator' } };
    assert.equal(await doAll(hold), countMeant(database, { ...hold, reason: { kind: 'never' } }).recipients);
    assert.equal(countMeant(database, hold).recipients, 0, 'all of it is held already');
    const release: QueryVerb = { verb: 'release', query: {}, kind: 'operator' };
    assert.equal(countMeant(database, release).recipients, 2 * MANY);
    assert.equal(await doAll(release), 2 * MANY);
    assert.equal((await engine.totals()).held, 0);
  });

  it('a release of a message with very many recipients wakes all their destinations', async () => {
    const to = Array.from({ length: 700 }, (_, i) => `u@d${i}.wide.test`);
    const message = sampleMessage({ to, hold: { kind: 'operator' } });
    await enqueue(engine, message);
    const verb: QueryVerb = { verb: 'release', query: { from: message.meta.sender }, kind: 'operator' };
    const { step } = await commit(engine, { step: { verb, after: 0, rows: 10_000 }, now: 6000 });
    assert.equal(step?.changed, 700);
    assert.equal(step.destinations.length, 700);
    await doAll({ verb: 'remove', query: { id: message.meta.id } });
  });

  it('what comes after the newest that was told of is left alone', async () => {
    const { until } = countMeant(database, { verb: 'remove', query: {} });
    const later = sampleMessage({ customer: 'late', to: ['late@late.test'] });
    await enqueue(engine, later);
    const held = await doAll(
      { verb: 'hold', query: { customer: 'late' as CustomerId }, reason: { kind: 'operator' } },
      Number.parseInt(until, 36),
    );
    assert.equal(held, 0);
    await doAll({ verb: 'remove', query: { id: later.meta.id } });
  });

  it('single recipients are meant by their keys', async () => {
    const [first, second] = listQueue(database, { destination: 'odd.test' }, { limit: 2 }).entries;
    assert.ok(first && second);
    const query = { rows: [first, second].map(({ key }) => Number.parseInt(key, 36)) };
    assert.equal(countMeant(database, { verb: 'remove', query }).recipients, 2);
    assert.deepEqual(listQueue(database, query, { limit: 10 }).entries, [first, second]);
    assert.equal(await doAll({ verb: 'reroute', query, hosts: ['mx.other.test'] }), 2);
    assert.equal(countMeant(database, { verb: 'remove', query: { destination: '>mx.other.test' } }).recipients, 2);
  });

  it('the queue in groups: the largest first, with age, next try and last word', () => {
    const groups = (by: QueueGrouping) => groupQueue(database, {}, { by, limit: 10 });
    const other = { recipients: 1, queued: 0, deferred: 1, held: 0, quarantined: 0 };
    assert.deepEqual(groups('customer').groups[1], {
      name: 'other',
      ...other,
      oldest_at: new Date(2000).toISOString(),
      next_attempt_at: new Date(9000).toISOString(),
      last_cause: 'mx.one.test: 451 later',
    });
    assert.deepEqual(
      groups('sender').groups.map(({ name, recipients }) => [name, recipients]),
      [
        ['from@acme.test', 2 * MANY],
        ['other@other.test', 1],
      ],
    );
    assert.equal(groups('path').count, 4);
    assert.equal(groupQueue(database, { status: 'deferred' }, { by: 'destination', limit: 10 }).count, 1);
    assert.deepEqual(groupQueue(database, {}, { by: 'destination', limit: 1 }).groups.length, 1);
  });
});
