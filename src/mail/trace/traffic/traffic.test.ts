import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { CustomerId } from '../../message.ts';
import type { MailEvent, RejectedEvent } from '../../report/events.ts';
import { deliveredTexts, outcomeText, sampleAttempt, sampleMeta } from '../sample-events.ts';
import { DAY_MS, makeWorld, NOON, row, type World } from '../testing/trace-world.ts';
import type { TraceWriter } from '../trace-writer.ts';
import { readTraffic } from './read-traffic.ts';
import { HOUR_MS, type TrafficChange, type TrafficQuery } from './traffic.ts';

const acme = 'acme' as CustomerId;

function read(world: World, change: Partial<TrafficQuery> = {}) {
  const query = { from: NOON - DAY_MS, to: NOON + DAY_MS, by: 'hour', zone: 'UTC', ...change } as const;
  return readTraffic(world.folder, query);
}

function bounced(at: number, n: number, to: string): [string, string] {
  const meta = sampleMeta(at, n);
  const reply = { code: 550, enhanced: '5.1.1', text: 'No such user' };
  const cause = { from: 'remote', stage: 'rcpt', host: 'mx.example.org', reply } as const;
  const attempt = sampleAttempt(at, 'mx.example.org');
  return [
    deliveredTexts(meta, [to])[0] ?? '',
    outcomeText(meta, { address: to, index: 0 }, { kind: 'bounced', cause, attempt }),
  ];
}

const refusal: RejectedEvent = {
  type: 'message.rejected',
  at: NOON,
  ip: '192.0.2.1',
  reply: 'relay-denied',
  code: 550,
};

function recountAll(writer: TraceWriter): void {
  for (let steps = 0; writer.recounting; steps++) {
    assert.ok(steps < 1000, 'the recount ends');
    writer.recount();
  }
}

test('what happened is counted by hour, customer and direction', (t) => {
  const world = makeWorld(t);
  const inbound = sampleMeta(NOON + HOUR_MS, 3, { direction: 'inbound', customer: 'other' as CustomerId });
  world
    .open()
    .write(
      [
        row(1, ...deliveredTexts(sampleMeta(NOON, 1), ['bob@Example.org', 'eve@example.net'])),
        row(2, ...bounced(NOON, 2, 'gone@example.org')),
        row(3, ...deliveredTexts(inbound, ['x@other.example'])),
      ],
      [refusal, { ...refusal, count: 5, customer: acme, direction: 'outbound' }],
    );
  const mine = read(world, { customer: acme });
  assert.deepEqual(
    [mine.totals.messages, mine.totals.recipients, mine.totals.delivered, mine.totals.bounced, mine.totals.rejected],
    [2, 3, 2, 1, 5],
  );
  assert.equal(mine.totals.octets, 2 * 10_240);
  assert.equal(mine.totals.within_1s, 2);
  assert.equal(mine.inbound.messages, 0);
  assert.deepEqual(mine.bounces, [{ class: 'invalid_address', count: 1 }]);
  assert.deepEqual(mine.refusals, [{ reply: 'relay-denied', count: 5 }]);
  assert.deepEqual(mine.domains, [
    { domain: 'example.org', recipients: 2, delivered: 1, deferred: 0, bounced: 1 },
    { domain: 'example.net', recipients: 1, delivered: 1, deferred: 0, bounced: 0 },
  ]);
  const all = read(world);
  assert.equal(all.totals.messages, 3);
  assert.equal(all.totals.rejected, 6, "what is nobody's counts with all together");
  assert.equal(all.inbound.delivered, 1);
  const hours = all.buckets.filter(({ counts }) => counts.messages > 0);
  assert.deepEqual(
    hours.map(({ at, counts }) => [at, counts.messages]),
    [
      ['2026-11-22T12:00:00.000Z', 2],
      ['2026-11-22T13:00:00.000Z', 1],
    ],
  );
  assert.equal(read(world, { customer: 'nobody' as CustomerId }).totals.messages, 0);
});

test('events that come twice count once, in the same run and after a restart', (t) => {
  const world = makeWorld(t);
  const rows = [
    row(1, ...deliveredTexts(sampleMeta(NOON, 1), ['bob@example.org'])),
    row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['bob@example.org'])),
  ];
  const first = world.open();
  first.write(rows, []);
  first.write(rows, []);
  first.close();
  const second = world.open();
  assert.equal(second.recounting, false);
  second.write([...rows, row(3, ...deliveredTexts(sampleMeta(NOON, 3), ['bob@example.org']))], []);
  const { totals } = read(world);
  assert.deepEqual([totals.messages, totals.delivered], [3, 3]);
});

test('days are those of the zone that is asked for, and every one is there', (t) => {
  const world = makeWorld(t);
  const late = Date.parse('2026-11-22T23:30:00Z');
  world.open().write([row(1, ...deliveredTexts(sampleMeta(late, 1), ['bob@example.org']))], []);
  const days = (zone: string) =>
    read(world, { by: 'day', zone, from: late - DAY_MS, to: late + DAY_MS }).buckets.map(
      ({ at, counts }) => `${at.slice(0, 13)} ${counts.messages}`,
    );
  assert.deepEqual(days('UTC'), ['2026-11-21T23 0', '2026-11-22T00 1', '2026-11-23T00 0']);
  // There it is half past midnight of the next day.
  assert.deepEqual(days('Europe/Luxembourg'), ['2026-11-21T23 0', '2026-11-22T23 1', '2026-11-23T23 0']);
  assert.throws(() => days('Nowhere/City'), RangeError);
});

test('counts that are not there are made from the days, while mail goes on', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const old = sampleMeta(NOON - 2 * DAY_MS, 1);
  writer.write([row(1, ...deliveredTexts(old, ['a@example.org']))], []);
  writer.write([row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['b@example.org']))], [refusal]);
  writer.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(world.folder, `traffic.db${suffix}`), { force: true });
  const anew = world.open();
  assert.equal(anew.recounting, true);
  assert.equal(read(world, { from: NOON - 3 * DAY_MS }).recounting, true);
  anew.write(
    [
      row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['b@example.org'])),
      row(3, ...deliveredTexts(sampleMeta(NOON, 3), ['c@example.org'])),
    ],
    [refusal],
  );
  recountAll(anew);
  const { totals, recounting } = read(world, { from: NOON - 3 * DAY_MS });
  assert.deepEqual([totals.messages, totals.delivered, totals.rejected, recounting], [3, 3, 2, false]);
  anew.write([row(4, ...deliveredTexts(sampleMeta(NOON, 4), ['d@example.org']))], []);
  assert.equal(read(world).totals.messages, 3);
});

test('a file that cannot be read is begun anew', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON, 1), ['a@example.org']))], []);
  writer.close();
  for (const suffix of ['-wal', '-shm']) rmSync(join(world.folder, `traffic.db${suffix}`), { force: true });
  writeFileSync(join(world.folder, 'traffic.db'), 'no database at all, but long enough to be looked at'.repeat(50));
  const anew = world.open();
  recountAll(anew);
  assert.equal(read(world).totals.messages, 1);
});

test('a recount that was interrupted begins anew', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON - DAY_MS, 1), ['a@example.org']))], []);
  writer.write([row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['b@example.org']))], []);
  writer.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(world.folder, `traffic.db${suffix}`), { force: true });
  const interrupted = world.open();
  interrupted.recount();
  interrupted.close();
  const anew = world.open();
  recountAll(anew);
  assert.equal(read(world, { from: NOON - 2 * DAY_MS }).totals.messages, 2);
});

test('hours go with the days of the trace', (t) => {
  const world = makeWorld(t);
  const writer = world.open();
  const old = sampleMeta(NOON - 3 * DAY_MS, 1);
  writer.write([row(1, ...deliveredTexts(old, ['a@example.org']))], []);
  writer.write([row(2, ...deliveredTexts(sampleMeta(NOON, 2), ['b@example.org']))], []);
  writer.dropBefore(NOON - DAY_MS);
  const db = new DatabaseSync(join(world.folder, 'traffic.db'), { readOnly: true });
  t.after(() => db.close());
  for (const table of ['hour', 'detail', 'domain']) {
    const plan = db.prepare(`explain query plan delete from ${table} where at < 1`).all();
    assert.match(String(plan[0]?.['detail']), /USING (?:COVERING )?INDEX \w+_by_age \(at<\?\)/);
  }
  const { totals, domains } = read(world, { from: NOON - 5 * DAY_MS });
  assert.equal(totals.messages, 1);
  assert.equal(domains[0]?.recipients, 1);
});

test('a customer has so many domains of its own, and the others are counted together', (t) => {
  const world = makeWorld(t);
  const addresses = Array.from({ length: 250 }, (_, i) => `a@d${i}.example`);
  const writer = world.open();
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON, 1), addresses))], []);
  writer.write([row(2, ...deliveredTexts(sampleMeta(NOON, 2), addresses))], []);
  const { domains, other_domains } = read(world, { customer: acme });
  assert.equal(domains.length, 20);
  assert.equal(other_domains, 2 * 230);
});

test('who looks on is told what each batch brings', (t) => {
  const world = makeWorld(t);
  const heard: TrafficChange[] = [];
  const writer = world.open({ onTraffic: (changes) => heard.push(...changes) });
  writer.write([row(1, ...deliveredTexts(sampleMeta(NOON, 1), ['a@example.org']))], []);
  assert.equal(heard.length, 0, 'nobody asked');
  writer.tellTraffic(true);
  const meta = sampleMeta(NOON, 2);
  const held: MailEvent = { type: 'message.held', at: NOON, customer: acme, id: meta.id, reason: 'operator' };
  writer.write([row(2, deliveredTexts(meta, ['b@example.org'])[0] ?? '', JSON.stringify(held))], [refusal]);
  assert.deepEqual(
    heard.map(({ customer, direction, counts, refusals }) => [
      customer,
      direction,
      counts.messages,
      counts.held,
      refusals,
    ]),
    [
      ['acme', 'outbound', 1, 1, {}],
      [undefined, '', 0, 0, { 'relay-denied': 1 }],
    ],
  );
});
