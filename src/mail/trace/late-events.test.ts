// Events that come late: notes on what is final already, holds of one recipient, rows of days that are gone.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { MessageMeta } from '../message.ts';
import { acceptedEvent, type RecipientEvent, recipientEvent } from '../report/events.ts';
import { dayPath, listDays } from './day-file.ts';
import { deliveredTexts, outcomeText, sampleMeta } from './sample-events.ts';
import { DAY_MS, makeWorld, NOON, row } from './testing/trace-world.ts';
import { openTraceReader } from './trace-reader.ts';

const BOB = { address: 'bob@example.org', index: 0 };

/** A bounce that came back by mail, as a text. */
function lateBounce(meta: MessageMeta): string {
  const reply = { code: 550, enhanced: '5.1.1', text: 'No such user' };
  const cause = { from: 'remote', stage: 'dot', host: 'mx.example.org', reply } as const;
  const event = recipientEvent(meta, BOB, { kind: 'bounced', cause }, { at: NOON + 1000 });
  return JSON.stringify({ ...event, asynchronous: true } satisfies Partial<RecipientEvent>);
}

function about(meta: MessageMeta, type: RecipientEvent['type'], reason?: string): string {
  const { customer, id, direction, sender } = meta;
  const recipient = { index: BOB.index, recipient: BOB.address, ...(reason !== undefined && { reason }) };
  return JSON.stringify({ type, at: NOON, customer, id, direction, sender, ...recipient });
}

test('a bounce and a complaint after the end are notes: status, sums and search stay', (t) => {
  const world = makeWorld(t);
  const meta = sampleMeta(NOON, 1);
  const writer = world.open();
  writer.write([row(1, ...deliveredTexts(meta, [BOB.address]))], []);
  writer.write([row(2, lateBounce(meta), about(meta, 'message.recipient.complained'))], []);
  assert.deepEqual(writer.totalsAt(2), { seq: 2, accepted: 1, final: 1, duplicates: 0 });
  const [entry] = world.find('status:delivered');
  assert.deepEqual(entry?.recipients, [{ address: BOB.address, status: 'delivered' }]);
  assert.equal(world.find('status:bounced').length, 0);
  for (const words of ['asynchronous', 'complained', '"No such user"'])
    assert.equal(world.find(words).length, 1, words);
  const reader = openTraceReader(world.folder);
  t.after(() => reader.close());
  assert.deepEqual(
    reader.show(meta.id)?.events.map(({ type }) => type.split('.').at(-1)),
    ['accepted', 'delivered', 'bounced', 'complained'],
  );
  assert.deepEqual(reader.open(NOON + DAY_MS, { limit: 10 }).messages, []);
});

test('a note that comes before the end, or to a file without the accept, ends nothing', (t) => {
  const world = makeWorld(t);
  const [waiting, unknown] = [sampleMeta(NOON, 1), sampleMeta(NOON, 2)];
  const writer = world.open();
  writer.write([row(1, JSON.stringify(acceptedEvent(waiting, [BOB.address])), lateBounce(waiting))], []);
  writer.write([row(2, lateBounce(unknown))], []);
  assert.deepEqual(writer.totalsAt(2), { seq: 2, accepted: 1, final: 0, duplicates: 0 });
  assert.equal(world.find('status:queued').length, 1);
  writer.write([row(3, outcomeText(waiting, BOB, { kind: 'expired' }))], []);
  assert.deepEqual(writer.totalsAt(3), { seq: 3, accepted: 1, final: 1, duplicates: 0 });
});

test('one recipient held is held in the trace, and is what it was before when it is let go', (t) => {
  const world = makeWorld(t);
  const meta = sampleMeta(NOON, 1, { recipientCount: 2 });
  const writer = world.open();
  const statuses = () => world.find(`id:${meta.id}`)[0]?.recipients.map(({ status }) => status);
  const held = outcomeText(meta, BOB, { kind: 'held', hold: { kind: 'suppressed', note: 'gone since Monday' } });
  writer.write([row(1, JSON.stringify(acceptedEvent(meta, [BOB.address, 'eve@example.org'])), held)], []);
  assert.deepEqual(statuses(), ['held', 'queued']);
  assert.equal(world.find('status:held').length, 1);
  const reader = openTraceReader(world.folder);
  t.after(() => reader.close());
  assert.equal(reader.open(NOON + DAY_MS, { limit: 10 }).messages[0]?.open, 2, 'a held recipient is open');
  writer.write([row(2, about(meta, 'message.recipient.released', 'suppressed'))], []);
  assert.deepEqual(statuses(), ['queued', 'queued']);
  const cause = { from: 'us', cause: 'connect-failed' } as const;
  writer.write([row(3, outcomeText(meta, BOB, { kind: 'deferred', cause, scope: 'destination' }), held)], []);
  assert.deepEqual(statuses(), ['held', 'queued']);
  writer.write([row(4, about(meta, 'message.recipient.released', 'suppressed'))], []);
  assert.deepEqual(statuses(), ['deferred', 'queued']);
  writer.write([row(5, held, outcomeText(meta, BOB, { kind: 'suppressed', note: 'gone since Monday' }))], []);
  assert.deepEqual(statuses(), ['suppressed', 'queued']);
  assert.deepEqual(writer.totalsAt(5), { seq: 5, accepted: 2, final: 1, duplicates: 0 });
});

test('rows given again after their day was dropped count once, and bring no day back', (t) => {
  const world = makeWorld(t);
  const old = NOON - 10 * DAY_MS;
  world.clock.at = old;
  const rows = [1, 2].map((n) => row(n, ...deliveredTexts(sampleMeta(old, n), [BOB.address])));
  const first = world.open();
  first.write(rows, []);
  first.close();
  world.clock.at = NOON;
  const writer = world.open();
  assert.deepEqual(writer.dropBefore(NOON - 8 * DAY_MS), ['2026-11-12']);
  const result = writer.write(rows, []);
  assert.equal(result.repeated, 4);
  assert.deepEqual(writer.totalsAt(2), { seq: 2, accepted: 2, final: 2, duplicates: 0 });
  assert.deepEqual(listDays(world.folder), []);
  writer.close();
  const again = world.open();
  again.write([...rows, row(3, ...deliveredTexts(sampleMeta(old, 3), [BOB.address]))], []);
  assert.deepEqual(again.totalsAt(3), { seq: 3, accepted: 3, final: 3, duplicates: 0 });
  assert.deepEqual(listDays(world.folder), ['2026-11-12'], 'what is new of an old day has a file');
});

test('rows given again after their day was put aside count once', (t) => {
  const world = makeWorld(t);
  const rows = [1, 2].map((n) => row(n, ...deliveredTexts(sampleMeta(NOON, n), [BOB.address])));
  const first = world.open();
  first.write(rows, []);
  first.close();
  writeFileSync(dayPath(world.folder, '2026-11-22'), 'no database, long enough to be looked at'.repeat(500));
  const again = world.open();
  again.write([...rows, row(3, ...deliveredTexts(sampleMeta(NOON, 3), [BOB.address]))], []);
  assert.deepEqual(again.totalsAt(3), { seq: 3, accepted: 3, final: 3, duplicates: 0 });
});
