import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { createTestLog } from '../../platform/log.ts';
import type { QueueId } from '../message.ts';
import { createReader, type Reader } from './reader.ts';
import { deliveredTexts, sampleId, sampleMeta } from './sample-events.ts';
import type { TraceQuery } from './trace-query.ts';
import { openTraceReader } from './trace-reader.ts';
import { openTraceWriter } from './trace-writer.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

function makeReader(t: TestContext, log = createTestLog()): Reader {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-reader-'));
  const writer = openTraceWriter({ folder, clock: systemClock, log, onSetAside: () => assert.fail() });
  for (let n = 1; n <= 25; n++) {
    writer.write([{ seq: n, events: deliveredTexts(sampleMeta(NOON, n), ['bob@example.org']).join('\n') }], []);
  }
  writer.close();
  const reader = createReader({ traceFolder: folder, queueFile: join(folder, 'no-such-queue.db'), log });
  t.after(async () => {
    await reader.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return reader;
}

test('a search answers from another thread, page by page', async (t) => {
  const reader = makeReader(t);
  const first = await reader.search('from:@acme.example', { limit: 20 });
  assert.equal(first.kind, 'ok');
  assert.equal(first.kind === 'ok' && first.value.entries.length, 20);
  const before = first.kind === 'ok' ? first.value.next : undefined;
  assert.ok(before !== undefined);
  const second = await reader.search('from:@acme.example', { limit: 20, before });
  assert.equal(second.kind === 'ok' && second.value.entries.length, 5);
  assert.equal(second.kind === 'ok' && second.value.next, undefined);
});

test('a message is shown with its events; one that is not known is not', async (t) => {
  const reader = makeReader(t);
  const shown = await reader.traceShow(sampleId(NOON, 7));
  assert.deepEqual(shown.kind === 'ok' && shown.value?.events.map(({ type }) => type), [
    'message.accepted',
    'message.recipient.delivered',
  ]);
  assert.deepEqual(await reader.traceShow('00000000000000000' as QueueId), { kind: 'ok', value: undefined });
});

test('a faulty query or cursor is refused with what is wrong', async (t) => {
  const reader = makeReader(t);
  const query = await reader.search('status:sent', { limit: 10 });
  assert.equal(query.kind, 'refused');
  assert.match(query.kind === 'refused' ? query.fault.message : '', /a status is one of/);
  assert.equal((await reader.search('', { limit: 10, before: 'nonsense' })).kind, 'refused');
});

test('at the deadline the thread is ended, the asker is told, and the next question is answered', async (t) => {
  const lines: string[] = [];
  const reader = makeReader(
    t,
    createTestLog((line) => lines.push(line)),
  );
  // No thread starts in a millisecond.
  const late = reader.search('', { limit: 10 }, 1);
  const patient = reader.search('', { limit: 10 });
  assert.deepEqual(await late, { kind: 'deadline' });
  assert.equal((await patient).kind, 'ok');
  assert.ok(lines.some((line) => line.includes('read thread ended at its deadline')));
});

test('a question that waits behind another has its own deadline', async (t) => {
  const reader = makeReader(t);
  const slow = reader.search('', { limit: 10 });
  assert.deepEqual(await reader.search('', { limit: 10 }, 1), { kind: 'deadline' });
  assert.equal((await slow).kind, 'ok');
});

test('a fault of ours is logged, answered in plain words, and the next question is answered', async (t) => {
  const lines: string[] = [];
  const reader = makeReader(
    t,
    createTestLog((line) => lines.push(line)),
  );
  const answer = await reader.queueShow(sampleId(NOON, 1));
  assert.deepEqual(answer, { kind: 'failed', message: 'the relay could not read; its log knows why' });
  assert.ok(lines.some((line) => line.includes('unable to open database file')));
  assert.equal((await reader.search('', { limit: 10 })).kind, 'ok');
});

test('after close every question is answered at once', async (t) => {
  const reader = makeReader(t);
  const asked = reader.search('', { limit: 10 });
  await reader.close();
  assert.equal((await asked).kind, 'failed');
  assert.equal((await reader.search('', { limit: 10 })).kind, 'failed');
});

test('a day whose file is just being made is not there yet, and is found once it is', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-reader-'));
  const reader = openTraceReader(folder);
  t.after(() => {
    reader.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const unmade = new DatabaseSync(join(folder, '2026-11-22.db'));
  unmade.exec('PRAGMA journal_mode = WAL');
  const all: TraceQuery = { match: [], statuses: [], to: [] };
  assert.deepEqual(reader.search(all, { limit: 10 }), { entries: [] });
  unmade.close();
  const writer = openTraceWriter({ folder, clock: systemClock, log: createTestLog(), onSetAside: () => assert.fail() });
  writer.write([{ seq: 1, events: deliveredTexts(sampleMeta(NOON, 1), ['bob@example.org']).join('\n') }], []);
  assert.equal(reader.search(all, { limit: 10 }).entries.length, 1);
  writer.close();
});
