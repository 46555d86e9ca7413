import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import type { CustomerId } from '../message.ts';
import type { QueueBatch } from './engine.ts';
import type { NewMessage } from './queue.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { outcomes, sampleMessage, settlementOf } from './testing/queue-samples.ts';
import { accepted, cleanUp, cleanups, control, relay, scene, trace, until } from './testing/store-scene.ts';

afterEach(cleanUp);

/** A path for a queue of its own. */
async function queueFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'easymail-store-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  return join(folder, 'queue.db');
}

describe('store thread', () => {
  it('takes mail, leaves it with the thread, settles it, tells the trace, and forgets what the trace has', async () => {
    const { store } = await scene();
    const { client } = relay(store);
    const { rows, acknowledge } = trace(store);
    const { counts } = control(store);
    client.room(10);
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test'] });
    const { row, claimed } = await accepted(client, message);
    assert.deepEqual(
      claimed.map(({ row, index, address, destination, attempts }) => [row, index, address, destination, attempts]),
      [
        [row, 0, 'a@one.test', 'one.test', 0],
        [row + 1, 1, 'b@one.test', 'one.test', 0],
      ],
    );
    assert.equal(
      await client.settle(settlementOf(message, { row, recipients: [row, row + 1] }, outcomes.delivered)),
      true,
    );
    await until('events', () => rows.length === 2);
    assert.match(rows[1]?.events ?? '', /^\{.*\}\n\{.*\}$/);
    acknowledge(rows[1]?.seq ?? 0);
    await until('nothing pending', async () => (await counts()).events_pending === 0);
    const { queued, final } = await counts();
    assert.deepEqual({ queued, final }, { queued: 0, final: 2 });
  });

  it('hands out what was not claimed, and deferred mail when it is due', async () => {
    const { store } = await scene();
    const { client, work } = relay(store);
    client.room(10);
    const message = sampleMessage();
    await accepted(client, message, false);
    await until('work', () => work.length === 1);
    const { row } = work[0]!;
    assert.deepEqual(work[0]?.meta, message.meta);
    await client.settle(settlementOf(message, { row }, outcomes.refused, { dueAt: Date.now() + 50.7 }));
    await until('work again', () => work.length === 2);
    assert.equal(work[1]?.recipients[0]?.attempts, 1);
  });

  it('what is left in a queue is handed out after a start, fresh and deferred', async () => {
    const { store, start } = await scene();
    const first = relay(store).client;
    const message = sampleMessage();
    const { row } = await accepted(first, message);
    await first.settle(settlementOf(message, { row }, outcomes.refused, { dueAt: Date.now() }));
    await accepted(first, sampleMessage({ to: ['x@two.test'] }));
    await store.stop();
    const { client, work } = relay(start());
    client.room(10);
    await until('work', () => work.length === 2);
    assert.deepEqual(work.map(({ destination }) => destination).sort(), ['one.test', 'two.test']);
  });

  it('nothing is handed out before every relay thread has said what it holds', async () => {
    const { store } = await scene({ threads: 2 });
    const { client, work } = relay(store, 0);
    client.room(10);
    const { claimed } = await accepted(client, sampleMessage());
    assert.deepEqual(claimed, []);
    await wait(50);
    assert.equal(work.length, 0);
    relay(store, 1);
    await until('work', () => work.length === 1);
  });

  it('relay port closed: its claims return to others', async () => {
    const { store } = await scene({ threads: 2 });
    const dying = relay(store, 0);
    const other = relay(store, 1);
    other.client.room(10);
    await wait(20);
    const { claimed } = await accepted(dying.client, sampleMessage());
    assert.equal(claimed.length, 1);
    dying.client.close();
    await until('work', () => other.work.length === 1);
  });

  it('a relay thread that is back before its old port is known closed loses what the old one held', async () => {
    const { store } = await scene();
    const old = relay(store, 0);
    const { claimed } = await accepted(old.client, sampleMessage());
    assert.equal(claimed.length, 1);
    const again = relay(store, 0);
    again.client.room(10);
    await until('work', () => again.work.length === 1);
  });

  it('outcomes not answered are sent to the next store thread and count once; what is held stays held', async () => {
    const { store, start } = await scene();
    const { client, work } = relay(store);
    client.room(10);
    await wait(20);
    const messages = [sampleMessage(), sampleMessage({ to: ['k@kept.test'] })] as const;
    const first = await accepted(client, messages[0]);
    await accepted(client, messages[1]);
    await store.stop();
    const settlement = settlementOf(messages[0], { row: first.row }, outcomes.refused, { dueAt: Date.now() + 60_000 });
    const settled = client.settle(settlement);
    const lost = await client.enqueue(sampleMessage());
    assert.equal(lost.kind, 'failed');
    const next = start();
    const { rows } = trace(next);
    const { port1, port2 } = new MessageChannel();
    next.attachRelay(port1, 0);
    client.reattach(port2);
    assert.equal(await settled, true);
    await until('events', () => rows.length >= 3);
    assert.equal(rows.filter(({ events }) => events.includes('deferred')).length, 1);
    await wait(50);
    assert.equal(work.length, 0, 'the second message is still in this thread, the first is not due');
    const { counts } = control(next);
    const { queued, deferred } = await counts();
    assert.deepEqual({ queued, deferred }, { queued: 1, deferred: 1 });
  });

  it('a trace thread that comes back gets all that it had not acknowledged', async () => {
    const { store } = await scene();
    const { client } = relay(store);
    const first = trace(store);
    for (let i = 0; i < 5; i++) await accepted(client, sampleMessage());
    await until('events', () => first.rows.length === 5);
    first.acknowledge(first.rows[1]?.seq ?? 0);
    await wait(20);
    first.close();
    await accepted(client, sampleMessage());
    const second = trace(store);
    await until('the rest', () => second.rows.length === 4);
    assert.deepEqual(
      second.rows.map(({ seq }) => seq),
      [...new Set(second.rows.map(({ seq }) => seq))].sort((a, b) => a - b),
    );
    await accepted(client, sampleMessage());
    await until('what is new', () => second.rows.length === 5);
  });

  it('clock set back an hour: what is deferred still falls due', async () => {
    let back = 0;
    const clock = { now: () => Date.now() - back, monotonic: () => performance.now() };
    const { store } = await scene({}, { clock });
    const { client, work } = relay(store);
    client.room(10);
    await wait(20);
    const messages = [sampleMessage(), sampleMessage(), sampleMessage()];
    const rows: number[] = [];
    for (const message of messages) rows.push((await accepted(client, message)).row);
    const [first, second, third] = messages as [NewMessage, NewMessage, NewMessage];
    const at = Date.now();
    await client.settle(settlementOf(first, { row: rows[0] ?? 0 }, outcomes.refused, { at, dueAt: at + 100 }));
    back = 3_600_000;
    const after = clock.now();
    await client.settle(
      settlementOf(second, { row: rows[1] ?? 0 }, outcomes.refused, { at: after, dueAt: after + 150 }),
    );
    // Reckoned before the step, come in after it.
    await client.settle(settlementOf(third, { row: rows[2] ?? 0 }, outcomes.refused, { at, dueAt: at + 150 }));
    assert.equal(work.length, 0);
    await until('all', () => work.length === 3);
  });

  it('mail whose life is over is handed out as expired', async () => {
    const { store } = await scene({ expireAfterMs: 1000 });
    const { client, work } = relay(store);
    await accepted(client, sampleMessage({ acceptedAt: Date.now() - 5000, hold: { kind: 'operator' } }), false);
    const message = sampleMessage({ acceptedAt: Date.now() - 5000, to: ['u@dead.test'] });
    await accepted(client, message, false);
    client.room(10);
    await until('work', () => work.length === 1);
    assert.equal(work[0]?.task, 'expire');
  });
});

describe('store thread: operator', () => {
  it('holds, lists as held, releases, and the mail goes on', async () => {
    const { store } = await scene();
    const { client, work } = relay(store);
    const { apply, counts } = control(store);
    const message = sampleMessage();
    await accepted(client, message, false);
    const query = { id: message.meta.id };
    assert.deepEqual(await apply({ verb: 'hold', query, reason: { kind: 'operator' } }), { changed: 1, busy: 0 });
    client.room(10);
    await wait(50);
    assert.equal(work.length, 0);
    assert.equal((await counts()).held, 1);
    await apply({ verb: 'release', query, kind: 'operator' });
    await until('work', () => work.length === 1);
  });

  it('a suspended customer waits, also with new mail, and goes on when resumed', async () => {
    const { store } = await scene();
    const { client, work } = relay(store);
    const { apply, counts } = control(store);
    const customer = 'acme' as CustomerId;
    await apply({ verb: 'suspend', customer });
    const { claimed } = await accepted(client, sampleMessage());
    assert.deepEqual(claimed, []);
    client.room(10);
    await wait(50);
    assert.equal(work.length, 0);
    assert.equal((await counts()).held, 1);
    await apply({ verb: 'resume', customer });
    await until('work', () => work.length === 1);
  });

  it('a verb over thousands of rows does not keep new mail waiting, and small verbs pass it', async () => {
    const { store } = await scene();
    const { client } = relay(store);
    const { apply, counts } = control(store);
    const to = Array.from({ length: 1000 }, (_, i) => `u${i}@one.test`);
    for (let i = 0; i < 6; i++) await accepted(client, sampleMessage({ to }), false);
    const small = sampleMessage({ to: ['x@two.test'] });
    await accepted(client, small, false);
    const order: string[] = [];
    const large = apply({ verb: 'remove', query: { destination: 'one.test' } }).then((result) => {
      order.push('large');
      return result;
    });
    const quick = apply({ verb: 'hold', query: { id: small.meta.id }, reason: { kind: 'operator' } });
    await quick.then(() => order.push('small'));
    await accepted(client, sampleMessage({ to: ['y@three.test'] })).then(() => order.push('mail'));
    assert.equal((await large).changed, 6000);
    assert.deepEqual(order.slice(0, 2).sort(), ['mail', 'small']);
    const { queued, held, final } = await counts();
    assert.deepEqual({ queued, held, final }, { queued: 1, held: 1, final: 6000 });
  });

  it('tells of destinations: what waits, what is closed and why', async () => {
    const { store } = await scene();
    const { client } = relay(store);
    const { destinations, health } = control(store);
    client.news({ destination: 'dead.test', site: 'mx.dead', state: 'closed', reason: 'connect-failed' });
    await accepted(client, sampleMessage({ to: ['u@dead.test'] }));
    const [state] = await destinations();
    assert.equal(state?.site, 'mx.dead');
    assert.equal(state?.waiting, 1);
    assert.equal(state?.last_reason, 'connect-failed');
    assert.ok(state?.closed_until !== null);
    assert.equal((await health()).full, false);
  });

  it('a relay thread that is replaced while its mail is written keeps no claim', async () => {
    let opened = () => {};
    const gate = new Promise<void>((resolve) => (opened = resolve));
    const under = openSqliteEngine({ path: await queueFile(), expireAfterMs: 3_600_000 });
    const engine = new Proxy(under, {
      get: (target, name: keyof typeof under) =>
        name === 'commit'
          ? async (batch: QueueBatch) => {
              await gate;
              return target.commit(batch);
            }
          : (target[name] as () => unknown).bind(target),
    });
    const { store } = await scene({}, { engine });
    const first = relay(store).client;
    void first.enqueue(sampleMessage());
    await wait(50);
    const { client, work } = relay(store);
    client.room(10);
    await wait(50);
    opened();
    await until('work', () => work.length === 1);
  });

  it('keeps a message of main’s, leaves it to the scheduler, and says where it could not', async () => {
    const { store } = await scene();
    const { enqueue, counts } = control(store);
    const { client, work } = relay(store);
    client.room(10);
    const answer = await enqueue(sampleMessage({ to: ['a@one.test'] }));
    assert.deepEqual([answer.kind, answer.kind === 'accepted' && answer.claimed], ['accepted', []]);
    await until('work', () => work.length === 1);
    assert.equal((await counts()).queued, 1);
    await store.stop();
    await assert.rejects(enqueue(sampleMessage()), /the store thread is gone/);
    const full = await scene({ lowWater: Number.MAX_SAFE_INTEGER });
    assert.equal((await control(full.store).enqueue(sampleMessage())).kind, 'full');
  });
});
