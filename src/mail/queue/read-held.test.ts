import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { CustomerId, InspectionNote } from '../message.ts';
import type { QueueEngine } from './engine.ts';
import { type HeldQuery, listHeld } from './read-held.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { LIFE_MS, run } from './testing/contract-support.ts';
import { enqueue, sampleMessage } from './testing/queue-samples.ts';

const spam: InspectionNote = { check: 'spam', result: 'spam', verdict: 'quarantine', ms: 3 };
const virus: InspectionNote = { check: 'virus', result: 'virus', verdict: 'quarantine', ms: 3 };

describe('reading what is held for its content', () => {
  let directory: string;
  let engine: QueueEngine;
  let database: DatabaseSync;
  const ids: string[] = [];
  const found = (query: HeldQuery, limit = 10) =>
    listHeld(database, query, { limit }).entries.map(({ id }) => ids.indexOf(id));

  async function keep(
    wanted: Parameters<typeof sampleMessage>[0],
    meta: { inspection?: InspectionNote[]; headerFrom?: string; direction?: 'inbound' } = {},
  ): Promise<void> {
    const message = sampleMessage(wanted);
    Object.assign(message.meta, meta);
    await enqueue(engine, message);
    ids.push(message.meta.id);
  }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'easymail-held-'));
    const path = join(directory, 'queue.db');
    engine = openSqliteEngine({ path, expireAfterMs: LIFE_MS });
    database = new DatabaseSync(path, { readOnly: true });
    const hold = { kind: 'quarantine' };
    await keep({ to: ['a@one.test', 'b@one.test'], hold }, { inspection: [spam], headerFrom: 'Shop@Spam.test' });
    await keep({ customer: 'other', acceptedAt: 2000, hold }, { inspection: [virus], direction: 'inbound' });
    await keep({ sender: 'ann@acme.test', acceptedAt: 3000, hold: { kind: 'content', note: 'look', by: 'me' } });
    await keep({});
    await keep({ hold: { kind: 'operator' } });
    await keep({ to: Array.from({ length: 250 }, (_, i) => `u${i}@many.test`), hold }, { inspection: [spam] });
  });
  after(async () => {
    database.close();
    await engine.close();
    await rm(directory, { recursive: true });
  });

  it('message by message, the newest first; what is held for something else is not there', () => {
    assert.deepEqual(found({}), [5, 2, 1, 0]);
    const [many, byHand] = listHeld(database, {}, { limit: 10 }).entries;
    assert.deepEqual([many?.recipients.length, many?.recipientCount], [200, 250]);
    assert.deepEqual([byHand?.reasons, byHand?.by, byHand?.note], [['person'], 'me', 'look']);
  });

  it('by customer, direction, sender, recipient, time and reason', () => {
    assert.deepEqual(found({ customer: 'acme' as CustomerId }), [5, 2, 0]);
    assert.deepEqual(found({ direction: 'inbound' }), [1]);
    assert.deepEqual(found({ from: 'shop@spam.test' }), [0]);
    assert.deepEqual(found({ from: '@SPAM.test' }), [0]);
    assert.deepEqual(found({ from: 'ann@acme.test' }), [2]);
    assert.deepEqual(found({ to: 'b@one.test' }), [0]);
    assert.deepEqual(found({ since: 2000, before: 3000 }), [1]);
    assert.deepEqual(found({ reason: 'spam' }), [5, 0]);
    assert.deepEqual(found({ reason: 'virus', customer: 'acme' as CustomerId }), []);
  });

  it('page by page, each message once', () => {
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = listHeld(database, {}, { limit: 1, ...(after !== undefined && { after }) });
      seen.push(...page.entries.map(({ id }) => ids.indexOf(id)));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(seen, [5, 2, 1, 0]);
  });

  it('after a release for some only the others are listed, and none once all are let go', async () => {
    const query = { id: sampleIdOf(0) };
    await run(engine, { verb: 'release', query: { ...query, to: 'a@one.test' }, kind: 'quarantine', only: true });
    assert.deepEqual(listHeld(database, query, { limit: 1 }).entries[0]?.recipients, ['b@one.test']);
    await run(engine, { verb: 'release', query, kind: 'quarantine' });
    assert.deepEqual(found(query), []);
  });

  function sampleIdOf(number: number): NonNullable<HeldQuery['id']> {
    return (ids[number] ?? '') as NonNullable<HeldQuery['id']>;
  }

  it('a list of one customer goes by its index', () => {
    const plan = database
      .prepare(
        'explain query plan select row from recipient indexed by held_of_customer where status >= 2 and customer = ? and row < ? order by row desc',
      )
      .all('acme', 9);
    assert.match(String(plan[0]?.['detail']), /held_of_customer \(customer=\? AND row<\?\)/);
  });
});
