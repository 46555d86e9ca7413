// Delays and suppressed recipients through a whole store thread, with time in the test's hands.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../../platform/clock.ts';
import type { CustomerId } from '../../message.ts';
import type { Settlement, Work } from '../queue.ts';
import { outcomes, sampleMessage, settlementOf } from '../testing/queue-samples.ts';
import { accepted, cleanUp, control, relay, scene, until } from '../testing/store-scene.ts';

const HOUR_MS = 3_600_000;

afterEach(cleanUp);

/** A clock that a test can put forward. */
function clockAhead() {
  const time = { ahead: 0 };
  const clock = { now: () => systemClock.now() + time.ahead, monotonic: () => systemClock.monotonic() + time.ahead };
  return { time, clock };
}

async function world() {
  const { time, clock } = clockAhead();
  const hours = { expireAfterMs: 100 * HOUR_MS, delayAfterMs: 4 * HOUR_MS, suppressedHoldMs: 72 * HOUR_MS };
  const { store, start } = await scene(hours, { clock });
  const { client, work } = relay(store);
  client.room(100);
  /** Takes a message in and puts it off for long. */
  const waiting = async (customer = 'acme') => {
    const message = sampleMessage({ acceptedAt: clock.now(), customer });
    const { row } = await accepted(client, message);
    await client.settle(
      settlementOf(message, { row }, outcomes.refused, { at: clock.now(), dueAt: clock.now() + 90 * HOUR_MS }),
    );
    return message;
  };
  const told = () => work.filter(({ task }) => task === 'tell-delay');
  return { time, clock, store, start, client, work, told, waiting };
}

/** The settlement of a delay that was told. */
function toldSettlement(work: Work, messages: Settlement['messages'] = []): Settlement {
  const recipients = work.recipients.map(({ row }) => ({ row, outcome: outcomes.untouched, delayTold: true as const }));
  const { row, meta, destination } = work;
  return { row, id: meta.id, destination, at: 0, recipients, events: [], messages };
}

/** Long enough for a tick and what it begins. */
const tick = () => wait(1300);

describe('walks in the order of time', () => {
  it('a closed destination: its senders are told after the delay, once, and it is no attempt', async () => {
    const { time, clock, client, told, work } = await world();
    const message = sampleMessage({ acceptedAt: clock.now() });
    const { row } = await accepted(client, message);
    await client.settle(
      settlementOf(message, { row }, outcomes.unreachable, { at: clock.now(), dueAt: clock.now() + 90 * HOUR_MS }),
    );
    await tick();
    assert.deepEqual(told(), [], 'not before its time');
    time.ahead += 4 * HOUR_MS + 70_000;
    await until('told', () => told().length === 1);
    const [one] = told();
    assert.ok(one);
    assert.deepEqual(
      one.recipients.map(({ attempts, delayTold }) => ({ attempts, delayTold })),
      [{ attempts: 1, delayTold: false }],
    );
    await client.settle(toldSettlement(one, [sampleMessage({ sender: '', acceptedAt: clock.now() })]));
    time.ahead += HOUR_MS;
    await tick();
    assert.equal(told().length, 1);
    assert.equal(
      work.filter(({ task, meta }) => task === 'deliver' && meta.sender === '').length,
      1,
      'the notice goes out',
    );
  });

  it('a restart tells nobody again, and those that were not told', async () => {
    const { time, store, start, client, told, waiting } = await world();
    for (const _ of [1, 2]) await waiting();
    time.ahead += 5 * HOUR_MS;
    await until('both', () => told().length === 2);
    const [first] = told();
    assert.ok(first);
    await client.settle(toldSettlement(first));
    await store.stop();
    const again = relay(start());
    again.client.room(100);
    await until('told', () => again.work.some(({ task }) => task === 'tell-delay'));
    await tick();
    const rows = again.work.filter(({ task }) => task === 'tell-delay').map(({ row }) => row);
    assert.equal(rows.length, 1);
    assert.notEqual(rows[0], first.row);
  });

  it('a relay thread that ends before it told: another one does', async () => {
    const { time, store, client, told, waiting } = await world();
    await waiting();
    time.ahead += 5 * HOUR_MS;
    await until('handed out', () => told().length === 1);
    client.close();
    const other = relay(store);
    other.client.room(100);
    time.ahead += HOUR_MS;
    await until('told', () => other.work.some(({ task }) => task === 'tell-delay'));
  });

  it('time held does not count, also where the customer was suspended', async () => {
    const { time, store, told, waiting } = await world();
    const operator = control(store);
    const message = await waiting();
    await waiting('other');
    const query = { id: message.meta.id };
    await operator.apply({ verb: 'hold', query, reason: { kind: 'operator' } });
    await operator.apply({ verb: 'suspend', customer: 'other' as CustomerId });
    time.ahead += 10 * HOUR_MS;
    await tick();
    await operator.apply({ verb: 'release', query, kind: 'operator' });
    await operator.apply({ verb: 'resume', customer: 'other' as CustomerId });
    await tick();
    assert.deepEqual(told(), []);
    time.ahead += 4 * HOUR_MS + 70_000;
    await until('told', () => told().length === 2);
  });

  it('held as suppressed: it ends after its time, unless it is let go before', async () => {
    const { time, clock, store, client, work } = await world();
    const messages = ['a@one.test', 'b@one.test'].map((to) => sampleMessage({ to: [to], acceptedAt: clock.now() }));
    for (const message of messages) {
      const { row } = await accepted(client, message);
      await client.settle(settlementOf(message, { row }, { kind: 'held', hold: { kind: 'suppressed' } }));
    }
    const query = { to: 'b@one.test', customer: 'acme' as CustomerId, hold: 'suppressed' };
    time.ahead += 71 * HOUR_MS;
    await tick();
    assert.equal(work.length, 0);
    const { changed } = await control(store).apply({ verb: 'release', query, kind: 'suppressed' });
    assert.equal(changed, 1);
    await until('it goes on', () => work.some(({ task }) => task === 'deliver'));
    time.ahead += HOUR_MS + 70_000;
    await until('it ends', () => work.some(({ task }) => task === 'end-suppressed'));
    assert.deepEqual(
      work.map(({ task, recipients, heldMs }) => ({ task, to: recipients[0]?.address, held: heldMs > 70 * HOUR_MS })),
      [
        { task: 'deliver', to: 'b@one.test', held: true },
        { task: 'end-suppressed', to: 'a@one.test', held: true },
      ],
    );
  });
});
