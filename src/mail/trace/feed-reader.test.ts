import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomerId } from '../message.ts';
import type { RejectedEvent } from '../report/events.ts';
import { dayOf, dayPath } from './day-file.ts';
import { openFeedReader } from './feed-reader.ts';
import { deliveredTexts, sampleMeta } from './sample-events.ts';
import { makeWorld, NOON, row } from './testing/trace-world.ts';

const DAY = dayOf(NOON);

test('the feed has what watched customers have, in the order in which it was written', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const reader = openFeedReader(world.folder);
  t.after(() => reader.close());
  const [first, last] = [1, 2].map((n) => deliveredTexts(sampleMeta(NOON, n), ['bob@example.org']));
  const [other] = deliveredTexts(sampleMeta(NOON, 3, { customer: 'globex' as CustomerId }), ['eve@example.org']);
  assert.ok(first?.[0] !== undefined && first[1] !== undefined && last?.[0] !== undefined && other !== undefined);
  writer.write([row(1, first[0])], []);
  assert.deepEqual(reader.read(DAY, 0, 10).rows, [], 'nobody is watched yet');

  writer.watch(['acme']);
  writer.write([row(2, last[0], other)], []);
  // A later event of an earlier message: its row lies before those that are there.
  writer.write([row(3, first[1])], []);
  const fed = reader.read(DAY, 0, 10).rows;
  assert.deepEqual(
    fed.map(({ seq, events }) => [seq, ...events.map((event) => event?.type)]),
    [
      [1, 'message.accepted'],
      [2, 'message.recipient.delivered'],
    ],
  );
  assert.ok(fed[0] !== undefined && fed[1] !== undefined && fed[1].row < fed[0].row);
  assert.deepEqual(reader.read(DAY, 1, 10).rows, fed.slice(1), 'a cursor goes on where it was');

  const found = reader.find({ day: DAY, row: fed[1].row, line: 0 });
  assert.equal(found?.accepted?.id, sampleMeta(NOON, 1).id);
  assert.equal(found?.status, 'delivered');
  assert.ok(found !== undefined && found.sequence > 1);
  assert.equal(reader.find({ day: DAY, row: fed[1].row, line: 1 }), undefined);
  assert.equal(reader.find({ day: '2026-01-01', row: 1, line: 0 }), undefined);
});

test('refusals without a customer are the business of those who watch all', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const reader = openFeedReader(world.folder);
  t.after(() => reader.close());
  const refusal: RejectedEvent = {
    type: 'message.rejected',
    at: NOON,
    ip: '192.0.2.1',
    reply: 'relayDenied',
    code: 550,
  };
  writer.watch(['acme']);
  writer.write([], [refusal]);
  assert.equal(reader.read(DAY, 0, 10).rows.length, 0);
  writer.watch('all');
  writer.write([], [refusal]);
  assert.equal(reader.read(DAY, 0, 10).rows.length, 1);
});

test('a batch that is given again is fed once, and a day that is gone has nothing', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const reader = openFeedReader(world.folder);
  t.after(() => reader.close());
  writer.watch('all');
  const [accepted = ''] = deliveredTexts(sampleMeta(NOON, 1), ['bob@example.org']);
  for (let times = 0; times < 3; times++) writer.write([row(1, accepted)], []);
  assert.equal(reader.read(DAY, 0, 10).rows.length, 1);
  const name = reader.nameOf(DAY);
  assert.match(String(name), /^[0-9a-f-]{36}$/);
  writer.dropBefore(NOON + 3 * 86_400_000);
  assert.deepEqual([reader.nameOf(DAY), reader.read(DAY, 0, 10).rows, reader.days()], [undefined, [], []]);
  writer.write([row(2, accepted)], []);
  assert.notEqual(reader.nameOf(DAY), name, 'another file of the same day');
});

test('much is read in parts, and an erased event is not remembered', async (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const reader = openFeedReader(world.folder);
  t.after(() => reader.close());
  writer.watch('all');
  const meta = sampleMeta(NOON, 1, { messageId: 'm'.repeat(1_500_000) });
  const [accepted = '', delivered = ''] = deliveredTexts(meta, ['bob@example.org']);
  for (let n = 1; n <= 8; n++) writer.write([row(n, accepted.replaceAll(meta.id, sampleMeta(NOON, n).id))], []);
  const read = (seq: number, limit: number) => {
    const { rows, more } = reader.read(DAY, seq, limit);
    return [rows.length, more];
  };
  assert.deepEqual(
    [read(0, 100), read(3, 100)],
    [
      [3, true],
      [3, true],
    ],
  );
  assert.deepEqual(
    [read(6, 100), read(6, 1)],
    [
      [2, false],
      [1, true],
    ],
  );

  writer.write([row(9, delivered)], []);
  const place = { day: DAY, row: reader.read(DAY, 8, 1).rows[0]?.row ?? 0, line: 0 };
  assert.ok(reader.find(place)?.accepted !== undefined);
  const db = new DatabaseSync(dayPath(world.folder, DAY));
  db.prepare('update event set text = ? where row = ?').run('', place.row);
  db.close();
  await sleep(1050);
  assert.equal(reader.find(place), undefined);
});
