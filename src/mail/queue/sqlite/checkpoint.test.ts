import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { CheckpointWorkerData } from '../checkpoint-thread.ts';
import { openSqliteEngine } from '../sqlite-engine.ts';
import { commit, enqueue, sampleMessage } from '../testing/queue-samples.ts';
import { LOG_PAGES } from './checkpoint.ts';
import { openWriteAheadLog } from './write-ahead-log.ts';

const PAGE = 8192;
const EXPIRE_MS = 3_600_000;

function queuePath(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'easymail-checkpoint-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'queue.db');
}

/** A checkpoint thread; `stop` gives the code with which it ended. */
function startThread(path: string) {
  const workerData: CheckpointWorkerData = { role: 'checkpoint', path };
  const worker = new Worker(new URL('../checkpoint-thread.ts', import.meta.url), { workerData });
  const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
  return {
    stop() {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      worker.postMessage('stop');
      return ended;
    },
  };
}

/** The log as another connection of this process sees it. */
function openLog(t: TestContext, path: string) {
  const database = new DatabaseSync(path);
  t.after(() => database.close());
  return openWriteAheadLog(database);
}

/** Commits about so many pages. */
async function fill(engine: ReturnType<typeof openSqliteEngine>, pages: number): Promise<void> {
  const body = { kind: 'inline', bytes: new Uint8Array(64 * PAGE) } as const;
  for (let written = 0; written < pages; written += 64) await enqueue(engine, sampleMessage({ body }));
}

test('the index of the log tells its length and what is not in the file', async (t) => {
  const path = queuePath(t);
  const engine = openSqliteEngine({ path, expireAfterMs: EXPIRE_MS });
  const log = openLog(t, path);
  const before = log.length();
  await fill(engine, 640);
  const { frames, pending } = log.length();
  assert.ok(frames - before.frames >= 640 && frames - before.frames < 1000, String(frames));
  assert.equal(pending, frames);
  await engine.close();
});

test('without a checkpoint thread the log is moved and begins again', async (t) => {
  const path = queuePath(t);
  const engine = openSqliteEngine({ path, expireAfterMs: EXPIRE_MS });
  await fill(engine, 3 * LOG_PAGES);
  const log = openLog(t, path);
  assert.ok(log.length().frames < LOG_PAGES + 200);
  assert.ok(statSync(`${path}-wal`).size < 1.1 * LOG_PAGES * PAGE);
  await engine.close();
});

test('a checkpoint thread moves the log while commits go on, and nothing of it is lost', {
  timeout: 60_000,
}, async (t) => {
  const path = queuePath(t);
  const engine = openSqliteEngine({ path, expireAfterMs: EXPIRE_MS, helped: true });
  const helper = startThread(path);
  const log = openLog(t, path);
  const end = performance.now() + 30_000;
  let begunAgain = 0;
  for (let before = 0, rounds = 0; begunAgain < 2 && performance.now() < end; rounds++) {
    await fill(engine, 256);
    // Moved without a commit: the thread has done it.
    if (rounds % 4 === 0) await wait(30);
    const { frames } = log.length();
    if (frames < before) begunAgain += 1;
    before = frames;
    await commit(engine, { now: 2000 });
  }
  assert.ok(begunAgain >= 2, 'the log begins again');
  assert.equal(await helper.stop(), 0);
  const { queued } = await engine.totals();
  await engine.close();
  const again = openSqliteEngine({ path, expireAfterMs: EXPIRE_MS });
  assert.equal((await again.totals()).queued, queued);
  await again.close();
});

test('it moves the log by itself, without another commit', { timeout: 30_000 }, async (t) => {
  const path = queuePath(t);
  const engine = openSqliteEngine({ path, expireAfterMs: EXPIRE_MS, helped: true });
  const helper = startThread(path);
  const log = openLog(t, path);
  await fill(engine, LOG_PAGES / 2 + 100);
  const end = performance.now() + 20_000;
  while (log.length().pending >= LOG_PAGES / 2) {
    assert.ok(performance.now() < end, 'never moved');
    await wait(20);
  }
  await helper.stop();
  await engine.close();
});

test('another process that looks into the queue never removes the log, though threads have ended', {
  timeout: 30_000,
}, async (t) => {
  const path = queuePath(t);
  const engine = openSqliteEngine({ path, expireAfterMs: EXPIRE_MS, helped: true });
  await fill(engine, 64);
  const helper = startThread(path);
  await wait(300);
  assert.equal(await helper.stop(), 0);
  // A store thread that has begun anew while others had the file open.
  const second = openSqliteEngine({ path, expireAfterMs: EXPIRE_MS });
  await second.close();
  const before = statSync(`${path}-wal`);
  const look = `
    const database = new (require('node:sqlite').DatabaseSync)(process.argv[1]);
    database.prepare('select count(*) from message').get();
    database.close();`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', look, path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(statSync(`${path}-wal`).ino, before.ino, 'the log in use is still the log');
  await engine.close();
});
