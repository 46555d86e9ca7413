import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { addressHash, type ErasedAddresses, markOf } from '../erased-address.ts';
import type { CustomerId, QueueId } from '../message.ts';
import type { StoreControl } from '../queue/operations.ts';
import { acceptedEvent, type RejectedEvent } from '../report/events.ts';
import { copyDay } from './copy-day.ts';
import { dayOf } from './day-file.ts';
import type { EraseStep } from './erase-in-day.ts';
import { addressQuery, cleanDays, eraseAddress } from './operations.ts';
import { deliveredTexts, outcomeText, sampleAttempt, sampleMeta } from './sample-events.ts';
import { makeWorld, NOON, row } from './testing/trace-world.ts';
import type { TraceClient } from './trace-client.ts';
import { parseTraceQuery } from './trace-query.ts';
import { openTraceReader } from './trace-reader.ts';

const KEY = new Uint8Array(32).fill(7);
const BOB = 'bob.jones@example.org';
const HASH = addressHash(KEY, 'acme', BOB);
const MARK = markOf(HASH);
const erased: ErasedAddresses = { key: KEY, hashes: new Map([['acme', new Set([HASH])]]) };
const all: EraseStep = { erased, find: { kind: 'all' }, after: 0, limit: 1000 };
const day = dayOf(NOON);

function octetsOf(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.startsWith(day));
  return files.map((name) => readFileSync(join(folder, name)).toString('latin1')).join('\n');
}

test('an address is gone from events, from the search and from the octets of the file; states and counts stay', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const meta = sampleMeta(NOON, 1, { subject: 'Bob Jones and his knee', recipientCount: 2 });
  const alone = sampleMeta(NOON, 2, { sender: BOB.toUpperCase(), headerFrom: BOB, subject: 'Holidays' });
  const cause = {
    from: 'remote',
    stage: 'rcpt',
    host: 'mx.example.org',
    reply: { code: 550, enhanced: '5.1.1', text: `<${BOB}>: Recipient bob.jones unknown` },
  } as const;
  const attempt = sampleAttempt(NOON, 'mx.example.org');
  const deferred = { kind: 'deferred', cause, scope: 'recipient', attempt } as const;
  const bob = { address: BOB, index: 0 };
  writer.write([row(1, JSON.stringify(acceptedEvent(meta, [BOB, 'eve@example.net'])))], []);
  writer.write([row(2, outcomeText(meta, bob, deferred)), row(3, outcomeText(meta, bob, deferred))], []);
  writer.write([row(4, outcomeText(meta, bob, { kind: 'bounced', cause, attempt }))], []);
  writer.write([row(5, ...deliveredTexts(alone, ['eve@example.net']))], []);
  for (let n = 3; n < 300; n++)
    writer.write([row(n + 3, ...deliveredTexts(sampleMeta(NOON, n), [`p${n}@x.test`]))], []);
  const before = writer.totalsAt();
  assert.equal(world.find(`to:${BOB}`).length, 1);
  assert.equal(world.find('jones').length, 1);
  assert.equal(world.find('knee').length, 1);

  const result = writer.erase(day, all);
  assert.deepEqual(result, { changed: 2, open: [meta.id], watched: [] }, 'eve has no final event yet');

  for (const query of [
    `to:${BOB}`,
    `from:${BOB}`,
    BOB,
    'jones',
    'knee',
    'holidays',
    'from:@example.org',
    'to:@example.org',
  ]) {
    assert.deepEqual(world.find(query), [], query);
  }
  assert.equal(world.find('to:eve@example.net').length, 2, 'others are found as before');
  assert.equal(world.find('status:bounced')[0]?.id, meta.id);
  assert.deepEqual(world.find(`to:${MARK}`)[0]?.recipients[0], { address: MARK, status: 'bounced' });
  assert.deepEqual(writer.totalsAt(), before);
  const shown = openTraceReader(world.folder);
  t.after(() => shown.close());
  const message = shown.show(meta.id);
  assert.equal(message?.events.length, 4);
  assert.equal(message?.entry.subject, undefined);
  const octets = octetsOf(world.folder).toLowerCase();
  for (const left of ['bob.jones', 'knee', 'holidays']) assert.equal(octets.includes(left), false, left);
  assert.equal(octets.includes('eve@example.net'), true);
});

test('what is erased by words is what is erased by a look at everything', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const refusal: RejectedEvent = {
    type: 'message.rejected',
    at: NOON,
    customer: 'acme' as CustomerId,
    ip: '192.0.2.1',
    reply: 'relayDenied',
    code: 550,
    sender: BOB,
    recipient: 'x@y.test',
  };
  const other = sampleMeta(NOON, 2, { customer: 'other' as CustomerId });
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON, 1), [BOB]), ...deliveredTexts(other, [BOB]))], [refusal]);
  const match = `"c:acme" AND ("t:${BOB}" OR "f:${BOB}")`;
  const first = writer.erase(day, { erased, find: { kind: 'match', match }, after: 0, limit: 1 });
  assert.equal(first.changed, 1);
  assert.notEqual(first.next, undefined);
  const second = writer.erase(day, { erased, find: { kind: 'match', match }, after: first.next ?? 0, limit: 10 });
  assert.equal(second.changed, 1);
  assert.equal(second.next, undefined);
  assert.equal(writer.erase(day, all).changed, 0);
  assert.equal(world.find(`to:${BOB}`)[0]?.customer, 'other', 'another customer keeps what is its own');
});

test('later events of a message are taken by its id; what is not of this day is not found', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const meta = sampleMeta(NOON, 1);
  const [accepted = '', delivered = ''] = deliveredTexts(meta, [BOB]);
  writer.write([row(1, accepted)], []);
  assert.deepEqual(writer.erase(day, all).open, [meta.id]);
  writer.write([row(2, delivered)], []);
  assert.match(octetsOf(world.folder), /bob\.jones/);
  const ids: EraseStep = { ...all, watchedSince: NOON, find: { kind: 'ids', ids: [meta.id, 'nothere' as QueueId] } };
  assert.deepEqual(writer.erase(day, ids), { changed: 1, open: [], watched: [meta.id] }, 'a bounce may come by mail');
  assert.doesNotMatch(octetsOf(world.folder), /bob\.jones/);
  assert.deepEqual(writer.erase('2020-01-01', ids), { changed: 0, open: [], watched: [] });
  assert.equal(world.find('status:delivered').length, 1);
});

test('an address that was written into another one, or stands in a text nobody could read, goes too', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const srs = sampleMeta(NOON, 1, { sender: 'SRS0=AbCd=T7=example.org=bob.jones@relay.test' });
  const verp = sampleMeta(NOON, 2, { sender: 'news+bob.jones=example.org@lists.test' });
  writer.write(
    [row(1, ...deliveredTexts(srs, ['a@x.test']), ...deliveredTexts(verp, ['a@x.test']), `{"to":"${BOB}"}`)],
    [],
  );
  const ids = (query: string) => world.find(query).map(({ id }) => id);
  assert.deepEqual(ids(BOB), [verp.id, srs.id], 'both are found by what was written into them');
  assert.deepEqual(ids(`from:${BOB}`), [], 'neither is from it');
  const found = parseTraceQuery(addressQuery('acme', BOB), NOON);
  assert(found.kind === 'query');
  const find = { kind: 'match', match: found.query.match.join(' AND ') } as const;
  assert.equal(writer.erase(day, { erased, find, after: 0, limit: 10 }).changed, 3, 'by words, and what is unreadable');
  assert.equal(writer.erase(day, all).changed, 0, 'a look at everything finds no other');
  assert.doesNotMatch(octetsOf(world.folder), /bob\.jones/);
});

test('a large day is cleaned by a copy in its place, unless something came meanwhile', async (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON, 1), ['p1@x.test']))], []);
  const reader = openTraceReader(world.folder);
  t.after(() => reader.close());
  assert.equal(reader.show(sampleMeta(NOON, 1).id)?.events.length, 2);
  const copy = join(world.folder, `${day}.db.clean`);
  const before = copyDay(world.folder, day, copy);
  writer.write([row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['p2@x.test']))], []);
  assert.equal(writer.replace(day, before), false, 'it is the copy of an older state');
  assert.equal(
    readdirSync(world.folder).some((name) => name.endsWith('.clean')),
    false,
  );
  const inode = statSync(join(world.folder, `${day}.db`)).ino;
  assert.equal(writer.replace(day, copyDay(world.folder, day, copy)), true);
  assert.notEqual(statSync(join(world.folder, `${day}.db`)).ino, inode);
  assert.equal(reader.show(sampleMeta(NOON, 2).id)?.events.length, 2, 'who reads finds the new file');
  writer.write([row(3, ...deliveredTexts(sampleMeta(NOON, 3), ['p3@x.test']))], []);
  writer.write([row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['p2@x.test']))], []);
  assert.equal(world.find('customer:acme').length, 3);
  assert.deepEqual(writer.totalsAt(), { seq: 2, accepted: 3, final: 3, duplicates: 0 });
});

test('an erasure that is done again after a stop in the middle still tells of the messages that are open', async (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const [yesterday, today] = [sampleMeta(NOON - 86_400_000, 1), sampleMeta(NOON, 2)];
  for (const [at, meta] of [yesterday, today].entries()) {
    writer.write([row(at + 1, JSON.stringify(acceptedEvent(meta, [BOB])))], []);
  }
  const days: string[] = [];
  const trace = {
    totals: () => Promise.resolve(),
    erase: (one: string, step: EraseStep) => {
      days.push(one);
      if (days.length === 2) return Promise.reject(new Error('the trace thread is gone'));
      return Promise.resolve(writer.erase(one, step));
    },
  } as unknown as TraceClient;
  const store = { counts: () => Promise.resolve({ seq: 2 }) } as unknown as StoreControl;
  const parts = { folder: world.folder, trace: () => trace, store: () => store };
  const about = { customer: 'acme' as CustomerId, address: BOB, erased, now: NOON, watchedSince: 0 };
  await assert.rejects(eraseAddress(parts, about));
  assert.equal(world.find(`to:${MARK}`).length, 1, 'the first day was done');
  const again = await eraseAddress(parts, about);
  assert.deepEqual(again, { messages: 1, open: [yesterday.id, today.id], watched: [] });
});

test('a day whose log somebody still reads is cleaned later', async (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON, 1), [BOB]))], []);
  const reader = new DatabaseSync(join(world.folder, `${day}.db`), { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM message').get();
  assert.equal(writer.erase(day, all).changed, 1);
  assert.match(octetsOf(world.folder), /bob\.jones/);
  reader.close();
  const parts = {
    folder: world.folder,
    trace: () => ({ replace: async (...of: [string, string]) => writer.replace(...of) }) as unknown as TraceClient,
  };
  assert.deepEqual(await cleanDays(parts, '2030-01-01'), [day]);
  assert.doesNotMatch(octetsOf(world.folder), /bob\.jones/);
  assert.equal(world.find(`to:${MARK}`).length, 1);
});
