import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { acceptedEvent, type RejectedEvent } from '../report/events.ts';
import { dayPath, listDays, listSetAside } from './day-file.ts';
import { deliveredTexts, outcomeText, sampleAttempt, sampleMeta } from './sample-events.ts';
import { DAY_MS, makeWorld, NOON, row } from './testing/trace-world.ts';
import { openTraceReader } from './trace-reader.ts';

test('a message is found by each of its words, with the state of its recipient', (t) => {
  const world = makeWorld(t);
  const meta = sampleMeta(NOON, 1, { subject: 'Quarterly Report, Zürich' });
  world.open().write([row(1, ...deliveredTexts(meta, ['bob@example.org']))], []);
  for (const query of [
    `id:${meta.id}`,
    'from:alice@acme.example',
    'from:@acme.example',
    'from:ACME.example',
    'to:bob@example.org',
    'to:@example.org',
    'customer:acme',
    'status:delivered',
    'status:bounced,delivered',
    'direction:outbound',
    `message-id:<${meta.messageId}>`,
    'ip:192.0.2.25',
    'ip:198.51.100.7',
    '198.51.100.7',
    'since:2026-11-22',
    'since:2026-11-22T11:59 until:2026-11-22T12:01',
    'until:2026-11-22',
    'quarterly',
    'zürich report',
    '"Quarterly Report"',
    'mx1.example.org',
    'example.org',
    'mail.acme.example',
    'bob@example.org customer:acme status:delivered since:1h report',
    '',
  ]) {
    const found = world.find(query);
    assert.equal(found.length, 1, query);
    assert.equal(found[0]?.id, meta.id);
    assert.deepEqual(found[0]?.recipients, [{ address: 'bob@example.org', status: 'delivered' }]);
  }
  for (const query of [
    'from:bob@example.org',
    'to:@acme.example',
    'customer:other',
    'status:queued',
    'status:bounced',
    'direction:inbound',
    'ip:192.0.2.26',
    'since:2026-11-23',
    'until:2026-11-21',
    'quarter',
    'report nowhere',
    'org',
  ]) {
    assert.deepEqual(world.find(query), [], query);
  }
});

test('later events of a message change its state and add words', (t) => {
  const world = makeWorld(t);
  const meta = sampleMeta(NOON, 1, { recipientCount: 2 });
  const writer = world.open();
  const [bob, eve] = [
    { address: 'bob@example.org', index: 0 },
    { address: 'eve@example.net', index: 1 },
  ];
  writer.write([row(1, JSON.stringify(acceptedEvent(meta, [bob.address, eve.address])))], []);
  assert.equal(world.find('status:queued to:bob@example.org').length, 1);
  const reply = { code: 451, enhanced: '4.7.1', text: 'Greylisted, come back' };
  const cause = { from: 'remote', stage: 'rcpt', host: 'mx.example.org', reply } as const;
  const attempt = sampleAttempt(NOON, 'mx.example.org');
  writer.write([row(2, outcomeText(meta, bob, { kind: 'deferred', cause, scope: 'recipient', attempt }))], []);
  assert.equal(world.find('status:deferred greylisted').length, 1);
  assert.equal(world.find('status:queued').length, 1, 'eve still waits');
  writer.write([row(3, outcomeText(meta, bob, { kind: 'bounced', cause: { from: 'us', cause: 'null-mx' } }))], []);
  assert.equal(world.find('status:deferred').length, 0);
  const expired = outcomeText(meta, eve, { kind: 'expired' });
  writer.write([row(4, expired), row(5, expired)], []);
  const [entry] = world.find('status:bounced status:expired null-mx');
  assert.deepEqual(
    entry?.recipients.map(({ status }) => status),
    ['bounced', 'expired'],
  );
  assert.deepEqual(writer.totalsAt(5), { seq: 5, accepted: 2, final: 2, duplicates: 1 });
  const reader = openTraceReader(world.folder);
  t.after(() => reader.close());
  assert.deepEqual(
    reader.show(meta.id)?.events.map(({ type }) => type.split('.').at(-1)),
    ['accepted', 'deferred', 'bounced', 'expired', 'expired'],
  );
});

test('holds: each reason for itself', (t) => {
  const world = makeWorld(t);
  const meta = sampleMeta(NOON, 1);
  const writer = world.open();
  const hold = (type: string, reason: string) =>
    JSON.stringify({ type, at: NOON, customer: meta.customer, id: meta.id, reason });
  writer.write([row(1, JSON.stringify(acceptedEvent(meta, ['bob@example.org'])))], []);
  writer.write([row(2, hold('message.held', 'operator'), hold('message.held', 'content'))], []);
  assert.equal(world.find('status:held').length, 1);
  writer.write([row(3, hold('message.released', 'operator'))], []);
  assert.equal(world.find('status:held').length, 1);
  writer.write([row(4, hold('message.released', 'content'))], []);
  assert.equal(world.find('status:held').length, 0);
  assert.equal(world.find('status:queued').length, 1);
  writer.write([row(5, hold('message.quarantined', 'virus'))], []);
  assert.equal(world.find('status:quarantined').length, 1);
});

test('rows given again count once, also to a writer started anew', (t) => {
  const world = makeWorld(t);
  const rows = [1, 2, 3].map((n) => row(n, ...deliveredTexts(sampleMeta(NOON, n), ['bob@example.org'])));
  const first = world.open();
  first.write(rows.slice(0, 2), []);
  assert.equal(first.write(rows.slice(0, 2), []).repeated, 4);
  first.close();
  const second = world.open();
  second.write(rows, []);
  assert.equal(world.find('').length, 3);
  assert.deepEqual(second.totalsAt(3), { seq: 3, accepted: 3, final: 3, duplicates: 0 });
  assert.equal(second.totalsAt(4), undefined);
});

test('a queue begun anew under another name is not taken for repeats', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  writer.write([row(9, ...deliveredTexts(sampleMeta(NOON, 1), ['bob@example.org']))], []);
  writer.write([{ ...row(1, ...deliveredTexts(sampleMeta(NOON, 2), ['bob@example.org'])), source: 'b' }], []);
  assert.equal(world.find('').length, 2);
});

test('refusals are found with their reply', (t) => {
  const world = makeWorld(t);
  const refusal: RejectedEvent = {
    type: 'message.rejected',
    at: NOON,
    ip: '192.0.2.99',
    helo: 'spam.example',
    sender: 'x@spam.example',
    recipient: 'bob@acme.example',
    reply: 'relayDenied',
    code: 550,
    enhanced: '5.7.1',
  };
  world.open().write([], [refusal]);
  for (const query of [
    'status:rejected',
    'ip:192.0.2.99',
    'to:bob@acme.example',
    'relayDenied 5.7.1',
    'from:@spam.example',
  ]) {
    const [entry] = world.find(query);
    assert.equal(entry?.reply, '550 5.7.1 relayDenied', query);
    assert.deepEqual(entry?.recipients, [{ address: 'bob@acme.example', status: 'rejected' }]);
  }
});

test('events go to the day of acceptance; days past the retention go whole, sums stay', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const old = sampleMeta(NOON - 10 * DAY_MS, 1);
  const today = sampleMeta(NOON, 2);
  const waiting = sampleMeta(NOON - 10 * DAY_MS, 3);
  world.clock.at = NOON - 10 * DAY_MS;
  writer.write(
    [row(1, ...deliveredTexts(old, ['bob@example.org']), JSON.stringify(acceptedEvent(waiting, ['eve@example.org'])))],
    [],
  );
  world.clock.at = NOON;
  writer.write([row(2, ...deliveredTexts(today, ['bob@example.org']))], []);
  assert.deepEqual(listDays(world.folder), ['2026-11-12', '2026-11-22']);
  assert.deepEqual(writer.dropBefore(NOON - 8 * DAY_MS), ['2026-11-12']);
  assert.deepEqual(listDays(world.folder), ['2026-11-22']);
  assert.equal(
    readdirSync(world.folder).some((name) => name.startsWith('2026-11-12')),
    false,
  );
  assert.deepEqual(writer.totalsAt(2), { seq: 2, accepted: 3, final: 2, duplicates: 0 });
  // The one that waited ends after its day was dropped: it is told of in a fresh file, which stays its time.
  writer.write([row(3, outcomeText(waiting, { address: 'eve@example.org', index: 0 }, { kind: 'expired' }))], []);
  const [entry] = world.find('to:eve@example.org from:alice@acme.example customer:acme');
  assert.deepEqual(entry?.recipients, [{ address: 'eve@example.org', status: 'expired' }]);
  assert.deepEqual(writer.dropBefore(NOON - 8 * DAY_MS), []);
  writer.close();
  const again = world.open();
  assert.deepEqual(again.totalsAt(), { seq: 0, accepted: 3, final: 3, duplicates: 0 });
  assert.deepEqual(again.dropBefore(NOON + 2 * DAY_MS).length, 2);
});

test('a day that cannot be read is put aside, and the trace goes on', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON, 1), ['bob@example.org']))], []);
  writer.close();
  writeFileSync(
    dayPath(world.folder, '2026-11-22'),
    'this is no database, and long enough to be looked at'.repeat(500),
  );
  const again = world.open();
  again.write([row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['bob@example.org']))], []);
  assert.equal(world.setAside.length, 1);
  assert.equal(world.setAside[0]?.day, '2026-11-22');
  assert.deepEqual([...listSetAside(world.folder)], [['2026-11-22', world.setAside[0].file]]);
  assert.equal(world.find('').length, 1);
  assert.deepEqual(again.totalsAt(2), { seq: 2, accepted: 2, final: 2, duplicates: 0 });
});

test('a text that is no event is kept for a person and stops nothing', (t) => {
  const world = makeWorld(t);
  const good = deliveredTexts(sampleMeta(NOON, 1), ['bob@example.org']);
  const result = world
    .open()
    .write([row(1, '{"type":"message.accepted"', good[0] ?? '', 'null', '{}', good[1] ?? '')], []);
  assert.equal(result.unreadable, 3);
  assert.equal(world.find('status:delivered').length, 1);
});
