import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { CustomerId, QueueId } from '../message.ts';
import type { QueueEngine } from './engine.ts';
import { countQueue, listQueue, readBody, showMessage } from './queue-read.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { LIFE_MS, run } from './testing/contract-support.ts';
import { commit, enqueue, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';

describe('reading the queue', () => {
  let directory: string;
  let engine: QueueEngine;
  let database: DatabaseSync;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'easymail-read-'));
    const path = join(directory, 'queue.db');
    engine = openSqliteEngine({ path, expireAfterMs: LIFE_MS });
    database = new DatabaseSync(path, { readOnly: true });
  });
  after(async () => {
    database.close();
    await engine.close();
    await rm(directory, { recursive: true });
  });

  it('lists page by page, each recipient once', async () => {
    const to = Array.from({ length: 25 }, (_, i) => `u${i}@pages.test`);
    await enqueue(engine, sampleMessage({ to }));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = listQueue(
        database,
        { destination: 'pages.test' },
        { limit: 10, ...(after !== undefined && { after }) },
      );
      seen.push(...page.entries.map((entry) => entry.to));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(seen, to);
  });

  it('tells status, holds, attempts, time and last cause of a recipient', async () => {
    const message = sampleMessage({ to: ['a@show.test', 'b@show.test'] });
    const row = await enqueue(engine, message);
    await settle(engine, settlementOf(message, { row }, outcomes.refused, { dueAt: 5000 }));
    const query = { id: message.meta.id };
    const [first, second] = listQueue(database, query, { limit: 10 }).entries;
    assert.deepEqual(first, {
      key: row.toString(36),
      id: message.meta.id,
      customer: 'acme',
      direction: 'outbound',
      stream: 'business',
      from: 'from@acme.test',
      to: 'a@show.test',
      destination: 'show.test',
      status: 'deferred',
      holds: [],
      size: 5,
      accepted_at: new Date(1000).toISOString(),
      attempts: 1,
      next_attempt_at: new Date(5000).toISOString(),
      last_cause: 'mx.one.test: 451 later',
    });
    assert.equal(second?.status, 'queued');
    await run(engine, { verb: 'hold', query, reason: { kind: 'operator', note: 'why', by: 'me' } }, 7000);
    const shown = showMessage(database, message.meta.id);
    assert.deepEqual(shown?.meta, message.meta);
    assert.equal(shown?.sealed, false, 'a hold alone seals nothing');
    assert.deepEqual(
      shown?.recipients.map(({ status, holds, next_attempt_at }) => ({ status, holds, next_attempt_at })),
      Array.from({ length: 2 }, () => ({ status: 'held', holds: ['operator'], next_attempt_at: null })),
    );
    assert.deepEqual(shown?.holds, [{ kind: 'operator', note: 'why', by: 'me', since: new Date(7000).toISOString() }]);
  });

  it('mail of a suspended customer reads as held, for that reason', async () => {
    const customer = 'slow' as CustomerId;
    await enqueue(engine, sampleMessage({ customer }));
    await run(engine, { verb: 'suspend', customer });
    const [entry] = listQueue(database, { customer, status: 'held' }, { limit: 10 }).entries;
    assert.deepEqual(entry?.holds, ['suspended']);
    assert.equal(listQueue(database, { hold: 'suspended' }, { limit: 10 }).entries.length, 1);
    assert.equal(listQueue(database, { customer, status: 'queued' }, { limit: 10 }).entries.length, 0);
    assert.deepEqual(countQueue(database), await engine.totals());
  });

  it('gives content, or the name of its file', async () => {
    const small = sampleMessage();
    const large = sampleMessage({ body: { kind: 'file', name: '00/large' } });
    await commit(engine, { enqueues: [small, large] });
    const body = readBody(database, small.meta.id);
    assert.equal(body?.kind === 'inline' ? Buffer.from(body.bytes).toString() : '', 'hello');
    assert.deepEqual(readBody(database, large.meta.id), { kind: 'file', name: '00/large' });
    assert.equal(readBody(database, '0123456789abcdefg' as QueueId), undefined);
    assert.equal(showMessage(database, '0123456789abcdefg' as QueueId), undefined);
  });

  it('a cursor that nobody gave out is no harm', () => {
    for (const after of ['', '!', '-1', "' or 1=1"]) {
      assert.ok(listQueue(database, {}, { limit: 1, after }).entries.length <= 1);
    }
  });
});
