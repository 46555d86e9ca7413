// What the contract of an engine says of mail that waits for long: holds of single recipients, delays that are told,
// suppressed recipients that end. Run by queue-contract.test.ts.

import assert from 'node:assert/strict';
import type { CustomerId } from '../message.ts';
import type { DelayRequest, QueueEngine } from './engine.ts';
import type { NewMessage } from './queue.ts';
import { ask, LIFE_MS, lines, run, type Test } from './testing/contract-support.ts';
import { commit, enqueue, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';

const SUPPRESSED = { kind: 'held', hold: { kind: 'suppressed', note: 'since 2026-11-20' } } as const;
const LATE_MS = 10_000;

async function holdRecipients(engine: QueueEngine, message: NewMessage, positions: number[], now = 2000) {
  const row = await enqueue(engine, message);
  const recipients = positions.map((position) => row + position);
  await settle(engine, settlementOf(message, { row, recipients }, SUPPRESSED), now);
  return row;
}

/** Holds of one recipient, put on by an outcome and lifted by address. */
export function recipientHoldContract(test: Test): void {
  const release = (to: string, customer = 'acme') =>
    ({
      verb: 'release',
      query: { customer: customer as CustomerId, to, hold: 'suppressed' },
      kind: 'suppressed',
    }) as const;

  test('one recipient is held, the others go on; a crash forgets nothing', async (engine, under) => {
    await holdRecipients(engine, sampleMessage({ to: ['a@one.test', 'b@one.test'] }), [0]);
    const again = await under.reopen();
    const { work } = await ask(again);
    assert.deepEqual(
      work.map(({ recipients }) => recipients.map(({ address }) => address)),
      [['b@one.test']],
    );
    const { queued, held, accepted, final } = await again.totals();
    assert.deepEqual({ queued, held, accepted, final }, { queued: 1, held: 1, accepted: 2, final: 0 });
    assert.ok((await lines(again)).includes('message.recipient.held'));
  });

  test('lifted by customer, address and kind: nobody else is let go', async (engine) => {
    await holdRecipients(engine, sampleMessage({ to: ['a@one.test', 'b@one.test'] }), [0, 1]);
    await holdRecipients(engine, sampleMessage({ to: ['a@one.test'], customer: 'other' }), [0]);
    const { changed, destinations, released } = await run(engine, release('A@one.test'));
    assert.deepEqual({ changed, destinations }, { changed: 1, destinations: ['one.test'] });
    assert.ok(released !== undefined && released > 0);
    const { work } = await ask(engine);
    assert.deepEqual(
      work.map(({ recipients }) => recipients.map(({ address }) => address)),
      [['a@one.test']],
    );
    assert.equal((await engine.totals()).held, 2);
    const events = await engine.outbox(0, 1e9);
    const event = events
      .flatMap((row) => row.events.split('\n'))
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find(({ type }) => type === 'message.recipient.released');
    assert.equal(event?.['recipient'], 'a@one.test');
    assert.equal(event['reason'], 'suppressed');
    assert.equal((await run(engine, release('a@one.test'))).changed, 0);
  });

  test('a hold of the message and one of the recipient: each is lifted by itself', async (engine) => {
    const message = sampleMessage();
    await holdRecipients(engine, message, [0]);
    const query = { id: message.meta.id };
    await run(engine, { verb: 'hold', query, reason: { kind: 'operator' } });
    await run(engine, release('user@one.test'));
    assert.deepEqual((await ask(engine)).work, []);
    await run(engine, { verb: 'release', query, kind: 'operator' });
    assert.equal((await ask(engine)).work.length, 1);
  });

  test('quarantine stays quarantine with a held recipient in it', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await run(engine, { verb: 'hold', query: { id: message.meta.id }, reason: { kind: 'quarantine' } });
    await settle(engine, settlementOf(message, { row }, SUPPRESSED));
    assert.equal((await engine.totals()).quarantined, 1);
    await run(engine, { verb: 'release', query: { id: message.meta.id }, kind: 'quarantine' });
    const { quarantined, held } = await engine.totals();
    assert.deepEqual({ quarantined, held }, { quarantined: 0, held: 1 });
  });

  test('a recipient that was tried before is deferred again when let go', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await settle(engine, settlementOf(message, { row }, outcomes.refused, { dueAt: 1500 }));
    await settle(engine, settlementOf(message, { row }, SUPPRESSED));
    await run(engine, release('user@one.test'));
    assert.equal((await engine.totals()).deferred, 1);
    assert.equal((await ask(engine, { lane: 'deferred' })).work[0]?.recipients[0]?.attempts, 1);
  });

  test('held twice for the same is held once', async (engine) => {
    const message = sampleMessage();
    const row = await holdRecipients(engine, message, [0]);
    await settle(engine, settlementOf(message, { row }, SUPPRESSED), 3000);
    assert.equal((await engine.totals()).held, 1);
    await run(engine, release('user@one.test'), 6000);
    assert.equal((await ask(engine, { now: 9000 })).work[0]?.heldMs, 4000);
  });

  test('its life does not run out meanwhile; time held with its message counts once', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test'] });
    await holdRecipients(engine, message, [0], 2000);
    const query = { id: message.meta.id };
    await run(engine, { verb: 'hold', query, reason: { kind: 'operator' } }, 3000);
    await run(engine, { verb: 'release', query, kind: 'operator' }, 5000);
    await run(engine, release('a@one.test'), 8000);
    const { work } = await ask(engine, { now: 9000 });
    assert.deepEqual(
      work.map(({ heldMs, recipients }) => ({ heldMs, to: recipients.map(({ address }) => address) })),
      [
        { heldMs: 6000, to: ['a@one.test'] },
        { heldMs: 2000, to: ['b@one.test'] },
      ],
    );
    const expired = await engine.expired({ now: 1000 + LIFE_MS + 3000, after: 0, limit: 10, claimed: new Set() });
    assert.deepEqual(
      expired.work.map(({ recipients }) => recipients.map(({ address }) => address)),
      [['b@one.test']],
    );
  });

  test('a release by hold looks at what is held only', async (engine) => {
    for (let i = 0; i < 5; i++) {
      await enqueue(engine, sampleMessage({ to: Array.from({ length: 40 }, (_, n) => `u${n}@two.test`) }));
    }
    await holdRecipients(engine, sampleMessage(), [0]);
    const { step } = await commit(engine, { step: { verb: release('user@one.test'), after: 0, rows: 2 } });
    assert.equal(step?.changed, 1);
  });

  test('one that is removed leaves no hold behind', async (engine) => {
    const message = sampleMessage();
    await holdRecipients(engine, message, [0]);
    await run(engine, { verb: 'remove', query: { hold: 'suppressed' } });
    const { held, accepted, final } = await engine.totals();
    assert.deepEqual({ held, accepted, final }, { held: 0, accepted: 1, final: 1 });
    assert.equal((await run(engine, release('user@one.test'))).changed, 0);
    assert.deepEqual((await suppressed(engine, 1e9)).work, []);
  });
}

function suppressed(engine: QueueEngine, heldSince: number, claimed = new Set<number>()) {
  return Promise.resolve(engine.suppressed({ now: 1e9, heldSince, limit: 10, claimed }));
}

/** Recipients held as suppressed come to their end. */
export function suppressedContract(test: Test): void {
  test('held for too long, it is handed out to be ended', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test', 'c@two.test'] });
    const row = await holdRecipients(engine, message, [0, 1, 2], 5000);
    assert.deepEqual((await suppressed(engine, 4999)).work, []);
    const { work } = await suppressed(engine, 5000);
    assert.deepEqual(
      work.map(({ task, destination, recipients }) => ({ task, destination, rows: recipients.map((one) => one.row) })),
      [
        { task: 'end-suppressed', destination: 'one.test', rows: [row, row + 1] },
        { task: 'end-suppressed', destination: 'two.test', rows: [row + 2] },
      ],
    );
    await settle(engine, settlementOf(message, { row, recipients: [row, row + 1, row + 2] }, { kind: 'suppressed' }));
    const { held, accepted, final } = await engine.totals();
    assert.deepEqual({ held, accepted, final }, { held: 0, accepted: 3, final: 3 });
    assert.equal((await lines(engine)).filter((type) => type === 'message.recipient.suppressed').length, 3);
  });

  test('what is in flight, held for more, or of a suspended customer waits', async (engine) => {
    const row = await holdRecipients(engine, sampleMessage(), [0]);
    const operator = sampleMessage();
    await holdRecipients(engine, operator, [0]);
    await run(engine, { verb: 'hold', query: { id: operator.meta.id }, reason: { kind: 'operator' } });
    await holdRecipients(engine, sampleMessage({ customer: 'other' }), [0]);
    await run(engine, { verb: 'suspend', customer: 'other' as CustomerId });
    assert.deepEqual((await suppressed(engine, 1e6, new Set([row]))).work, []);
    await run(engine, { verb: 'resume', customer: 'other' as CustomerId });
    assert.equal((await suppressed(engine, 1e6, new Set([row]))).work.length, 1);
  });

  test('other kinds of holds never end by themselves', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await settle(engine, settlementOf(message, { row }, { kind: 'held', hold: { kind: 'manual' } }));
    assert.deepEqual((await suppressed(engine, 1e6)).work, []);
  });

  test('many are gone through in steps, in the order of time', async (engine) => {
    for (let i = 0; i < 25; i++) await holdRecipients(engine, sampleMessage(), [0], 3000 + (i % 3));
    const rows = new Set<number>();
    let after: { since: number; recipient: number } | undefined;
    do {
      const request = { now: 1e6, heldSince: 1e6, limit: 10, claimed: new Set<number>(), ...(after && { after }) };
      const { work, next } = await engine.suppressed(request);
      for (const one of work) rows.add(one.row);
      after = next;
    } while (after !== undefined);
    assert.equal(rows.size, 25);
  });
}

function delayed(engine: QueueEngine, wanted: Partial<DelayRequest> = {}) {
  const request = { now: 1000 + LATE_MS + 1, lateAfterMs: LATE_MS, after: 0, rows: 1000, limit: 100 };
  return Promise.resolve(engine.delayed({ ...request, claimed: new Set(), ...wanted }));
}

/** Senders are told of a delay, once. */
export function delayContract(test: Test): void {
  test('what waits for too long is handed out to be told, by destination, whatever was tried', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@two.test'] });
    const row = await enqueue(engine, message);
    await settle(engine, settlementOf(message, { row }, outcomes.unreachable, { dueAt: 1e9 }));
    assert.deepEqual((await delayed(engine, { now: 1000 + LATE_MS })).work, []);
    const { work, done } = await delayed(engine);
    assert.equal(done, true);
    assert.deepEqual(
      work.map(({ task, destination, recipients }) => ({ task, destination, told: recipients[0]?.delayTold })),
      [
        { task: 'tell-delay', destination: 'one.test', told: false },
        { task: 'tell-delay', destination: 'two.test', told: false },
      ],
    );
  });

  test('told once, also after a crash; nothing else has changed', async (engine, under) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test'] });
    const row = await enqueue(engine, message);
    const recipients = [{ row, outcome: outcomes.untouched, delayTold: true as const }];
    const notice = sampleMessage({ sender: '', to: ['from@acme.test'] });
    const told = { ...settlementOf(message, { row }, outcomes.untouched), recipients, events: [], messages: [notice] };
    await settle(engine, told);
    const again = await under.reopen();
    const { work } = await delayed(again);
    assert.deepEqual(
      work.map(({ recipients }) => recipients.map(({ address }) => address)),
      [['b@one.test']],
    );
    const claimed = (await ask(again)).work[0]?.recipients;
    assert.deepEqual(
      claimed?.map(({ attempts, delayTold }) => ({ attempts, delayTold })),
      [
        { attempts: 0, delayTold: true },
        { attempts: 0, delayTold: false },
      ],
    );
    const other = { ...told, messages: [sampleMessage({ sender: '', to: ['from@acme.test'] })] };
    await settle(again, other);
    assert.equal((await again.totals()).accepted, 3, 'the second notice is not sent, whoever brings it');
  });

  test('time held does not count; what was passed over says when it is late', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    const query = { id: message.meta.id };
    await run(engine, { verb: 'hold', query, reason: { kind: 'operator' } }, 2000);
    assert.deepEqual((await delayed(engine)).work, []);
    const { released } = await run(engine, { verb: 'release', query, kind: 'operator' }, 7000);
    assert.equal(released, row);
    const { work, again } = await delayed(engine);
    assert.deepEqual({ work, again }, { work: [], again: [{ message: row, at: 1000 + 5000 + LATE_MS + 1 }] });
    const request = {
      now: 6001 + LATE_MS,
      lateAfterMs: LATE_MS,
      after: 0,
      rows: 1,
      limit: 1,
      claimed: new Set<number>(),
    };
    assert.equal((await engine.delayedMessage(row, request)).work.length, 1);
    assert.deepEqual((await engine.delayedMessage(row + 500, request)).work, []);
  });

  test('in flight: looked at again soon; suspended or of the null sender: not', async (engine) => {
    const row = await enqueue(engine, sampleMessage());
    await enqueue(engine, sampleMessage({ sender: '' }));
    await enqueue(engine, sampleMessage({ customer: 'other' }));
    await run(engine, { verb: 'suspend', customer: 'other' as CustomerId });
    const { work, again } = await delayed(engine, { claimed: new Set([row]) });
    assert.deepEqual(work, []);
    assert.deepEqual(
      again.map(({ message }) => message),
      [row],
    );
  });

  test('a long queue is gone through in steps, and the young end is not looked at', async (engine) => {
    const old = Array.from({ length: 25 }, () => sampleMessage({ to: ['a@one.test', 'b@one.test'] }));
    await commit(engine, { enqueues: old });
    const young = await enqueue(engine, sampleMessage({ acceptedAt: 9000 }));
    let after = 0;
    let found = 0;
    for (let steps = 0; ; steps++) {
      assert.ok(steps < 50, 'it comes to an end');
      const answer = await delayed(engine, { after, rows: 7, limit: 2 });
      found += answer.work.length;
      after = answer.after;
      if (answer.done) break;
    }
    assert.equal(found, 25);
    assert.ok(after < young, 'what is young is found when it is old');
  });
}
