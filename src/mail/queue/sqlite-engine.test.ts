import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import type { QueueEngine } from './engine.ts';
import { queueContract } from './queue-contract.test.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { LIFE_MS } from './testing/contract-support.ts';
import { commit, enqueue, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';

async function temporary(): Promise<{ path: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'easymail-queue-'));
  return { path: join(directory, 'queue.db'), remove: () => rm(directory, { recursive: true }) };
}

const open = (path: string) => openSqliteEngine({ path, expireAfterMs: LIFE_MS });

queueContract('sqlite', async () => {
  const { path, remove } = await temporary();
  const opened: QueueEngine[] = [open(path)];
  const [engine] = opened as [QueueEngine];
  return {
    engine,
    reopen: async () => {
      // The first one is not closed: what it did not sync is not its last word.
      const again = open(path);
      opened.push(again);
      return again;
    },
    dispose: async () => {
      for (const one of opened) await one.close();
      await remove();
    },
  };
});

describe('sqlite engine', () => {
  it('rows past 2^31 and 2^40 are found, claimed and settled', async () => {
    const { path, remove } = await temporary();
    await open(path).close();
    const database = new DatabaseSync(path);
    database.exec(`update state set next_row = ${2 ** 31 - 1}`);
    database.close();
    const engine = open(path);
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test', 'c@one.test'] });
    const row = await enqueue(engine, message);
    assert.equal(row, 2 ** 31 - 1);
    const claimed = new Set([row + 2]);
    const request = { destination: 'one.test', lane: 'fresh', now: 2000, messages: 5, after: '', claimed } as const;
    const { work } = await engine.claim({ ...request, paused: new Set() });
    const rows = work[0]?.recipients.map((one) => one.row);
    assert.deepEqual(rows, [row, row + 1]);
    await settle(engine, settlementOf(message, { row, recipients: [row, row + 1, row + 2] }, outcomes.delivered));
    assert.equal((await engine.totals()).queued, 0);
    assert.equal((await commit(engine, { enqueues: [sampleMessage()] })).enqueued[0], 2 ** 31 + 2);
    await engine.close();
    await remove();
  });

  it('a full disk is told as such, and outcomes still fit where space was kept', async () => {
    const { path, remove } = await temporary();
    const engine = open(path);
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await engine.close();
    const limited = openSqliteEngine({ path, expireAfterMs: LIFE_MS, maxPages: 40 });
    const large = () => sampleMessage({ body: { kind: 'inline', bytes: new Uint8Array(100_000) } });
    await assert.rejects(
      async () => {
        for (;;) await commit(limited, { enqueues: [large()] });
      },
      { name: 'QueueFault', code: 'full' },
    );
    await settle(limited, settlementOf(message, { row }, outcomes.delivered));
    assert.equal((await limited.totals()).final, 1);
    await limited.close();
    await remove();
  });

  it('only its owner can read it, the log beside it included', async () => {
    const { path, remove } = await temporary();
    const engine = open(path);
    await enqueue(engine, sampleMessage());
    for (const file of [path, `${path}-wal`]) assert.equal((await stat(file)).mode & 0o777, 0o600);
    await engine.close();
    await remove();
  });

  it('a queue of a newer version is not touched', async () => {
    const { path, remove } = await temporary();
    await open(path).close();
    const database = new DatabaseSync(path);
    database.exec('pragma user_version = 9999');
    database.close();
    assert.throws(() => open(path), /of version 9999/);
    await remove();
  });

  it('every look-up of work goes by an index, and none reads a body', async () => {
    const { path, remove } = await temporary();
    const engine = open(path);
    await enqueue(engine, sampleMessage());
    await engine.close();
    const database = new DatabaseSync(path);
    const plan = (sql: string) =>
      database
        .prepare(`explain query plan ${sql}`)
        .all()
        .map((row) => String(row['detail']))
        .join('; ');
    const ready = "from recipient indexed by ready where status < 2 and destination > 'x' order by destination limit 1";
    assert.match(plan(`select destination ${ready}`), /USING COVERING INDEX ready/);
    const due = "from recipient indexed by due where destination = 'x' and status = 1 order by due";
    assert.doesNotMatch(plan(`select row, due, customer ${due}`), /TEMP B-TREE/);
    database.close();
    await remove();
  });
});
