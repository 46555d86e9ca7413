// The contract of an engine as tests. An engine passes when `queueContract` does with a maker of empty ones.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CustomerId } from '../message.ts';
import type { QueueEngine } from './engine.ts';
import { holdContract, verbContract } from './operator-contract.test.ts';
import { sealingContract } from './sealing-contract.test.ts';
import { ask, type EngineUnderTest, LIFE_MS, lines, run, type Test } from './testing/contract-support.ts';
import { commit, enqueue, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';
import { delayContract, recipientHoldContract, suppressedContract } from './waiting-contract.test.ts';

/** Runs the suite; `make` gives an empty engine each time. */
export function queueContract(name: string, make: () => Promise<EngineUnderTest>): void {
  const test = (title: string, run: (engine: QueueEngine, under: EngineUnderTest) => Promise<void>) => {
    it(title, async () => {
      const under = await make();
      try {
        await run(under.engine, under);
      } finally {
        await under.dispose();
      }
    });
  };
  describe(`queue contract: ${name}`, () => {
    describe('enqueue and settle', () => enqueueAndSettle(test));
    describe('claims', () => claims(test));
    describe('holds', () => holdContract(test));
    describe('sealing', () => sealingContract(test));
    describe('operator verbs', () => verbContract(test));
    describe('outbox and counts', () => outboxAndCounts(test));
    describe('expiry', () => expiry(test));
    describe('holds of a recipient', () => recipientHoldContract(test));
    describe('suppressed recipients', () => suppressedContract(test));
    describe('delays', () => delayContract(test));
  });
}

function enqueueAndSettle(test: Test): void {
  test('a message is there after a crash, with all its recipients', async (engine, under) => {
    const message = sampleMessage({ to: ['a@one.test', 'B@one.test', 'c@two.test'] });
    const row = await enqueue(engine, message);
    const again = await under.reopen();
    const { work, exhausted } = await ask(again);
    assert.equal(exhausted, true);
    assert.deepEqual(
      work.map(({ row, recipients }) => ({ row, to: recipients.map(({ address }) => address) })),
      [{ row, to: ['a@one.test', 'B@one.test'] }],
    );
    assert.deepEqual(JSON.parse(work[0]?.meta ?? ''), message.meta);
    assert.deepEqual(await again.destinations('', 10), ['one.test', 'two.test']);
  });

  test('recipients have the rows from that of the message on', async (engine) => {
    const row = await enqueue(engine, sampleMessage({ to: ['a@one.test', 'b@one.test'] }));
    const { work } = await ask(engine);
    assert.deepEqual(
      work[0]?.recipients.map(({ row, index }) => ({ row, index })),
      [
        { row, index: 0 },
        { row: row + 1, index: 1 },
      ],
    );
  });

  test('a delivered recipient is gone, and its message after the last one', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@two.test'], body: { kind: 'file', name: '00/x' } });
    const row = await enqueue(engine, message);
    const first = await settle(engine, settlementOf(message, { row }, outcomes.delivered));
    assert.deepEqual(first.bodies, []);
    const last = await settle(engine, settlementOf(message, { row, recipients: [row + 1] }, outcomes.delivered));
    assert.deepEqual(last.bodies, ['00/x']);
    assert.deepEqual(await engine.destinations('', 10), []);
    const totals = await engine.totals();
    assert.equal(totals.accepted, 2);
    assert.equal(totals.final, 2);
  });

  test('a deferred recipient waits for its time and counts its attempts', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await settle(engine, settlementOf(message, { row }, outcomes.refused, { dueAt: 5000.5 }));
    assert.deepEqual((await ask(engine)).work, []);
    assert.deepEqual((await ask(engine, { lane: 'deferred', now: 5000 })).work, []);
    const { work } = await ask(engine, { lane: 'deferred', now: 5001 });
    assert.equal(work[0]?.recipients[0]?.attempts, 1);
    const due = { destination: 'one.test', now: 0, claimed: new Set<number>(), paused: new Set<string>() };
    assert.equal(await engine.nextDue(due), 5001);
    assert.equal(await engine.nextDue({ ...due, claimed: new Set([row]) }), undefined);
  });

  test('an untouched recipient stays as it was', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await settle(engine, { ...settlementOf(message, { row }, outcomes.untouched), events: [] });
    assert.equal((await ask(engine)).work[0]?.recipients[0]?.attempts, 0);
  });

  test('a settlement sent again counts once, also after a crash', async (engine, under) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test'] });
    const row = await enqueue(engine, message);
    const settlement = settlementOf(message, { row }, outcomes.refused, { dueAt: 3000 });
    const settlements = [{ client: 'c', key: 7, settlement }];
    await commit(engine, { settlements });
    const again = await under.reopen();
    const { settled } = await commit(again, { settlements });
    assert.deepEqual(settled, [true]);
    const { work } = await ask(again, { lane: 'deferred', now: 9000 });
    assert.equal(work[0]?.recipients.find((one) => one.row === row)?.attempts, 1);
    assert.deepEqual(await lines(again), ['message.accepted', 'message.recipient.deferred']);
  });

  test('what is remembered of clients that are gone is dropped', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    const settlement = settlementOf(message, { row }, outcomes.refused, { dueAt: 3000 });
    await commit(engine, { settlements: [{ client: 'old', key: 5, settlement }] });
    await commit(engine, { clients: ['new'] });
    await commit(engine, { settlements: [{ client: 'old', key: 5, settlement }] });
    const { work } = await ask(engine, { lane: 'deferred', now: 9000 });
    assert.equal(work[0]?.recipients[0]?.attempts, 2);
  });

  test('no second final event for a recipient, whoever settles it again', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test'] });
    const row = await enqueue(engine, message);
    await settle(engine, settlementOf(message, { row }, outcomes.delivered));
    const both = settlementOf(message, { row, recipients: [row, row + 1] }, outcomes.bounced);
    await settle(engine, { ...both, messages: [sampleMessage({ to: ['from@acme.test'], sender: '' })] });
    const again = settlementOf(message, { row, recipients: [row, row + 1] }, outcomes.delivered);
    await settle(engine, { ...again, messages: [sampleMessage({ to: ['from@acme.test'], sender: '' })] });
    const types = await lines(engine);
    assert.equal(types.filter((type) => type === 'message.recipient.delivered').length, 1);
    assert.equal(types.filter((type) => type === 'message.recipient.bounced').length, 1);
    assert.equal((await engine.totals()).queued, 1, 'one notice');
  });

  test('a row is never given twice, not after the queue ran empty or crashed', async (engine, under) => {
    const first = sampleMessage();
    const row = await enqueue(engine, first);
    await settle(engine, settlementOf(first, { row }, outcomes.delivered));
    const again = await under.reopen();
    assert.ok((await enqueue(again, sampleMessage())) > row);
  });

  test('one request that fails takes only itself along', async (engine) => {
    const good = sampleMessage();
    const poisoned = sampleMessage({ id: good.meta.id, to: ['x@two.test'] });
    const other = sampleMessage({ to: ['y@three.test'] });
    const batch = { enqueues: [good, poisoned, other] };
    await assert.rejects(commit(engine, batch), { name: 'QueueFault', code: 'failed' });
    assert.equal((await engine.totals()).queued, 0);
    const { enqueued, failures } = await commit(engine, { ...batch, apart: true });
    assert.deepEqual(
      enqueued.map((row) => row !== undefined),
      [true, false, true],
    );
    assert.equal(failures.length, 1);
    assert.deepEqual(await engine.destinations('', 10), ['one.test', 'three.test']);
    assert.equal((await engine.totals()).accepted, 2);
    assert.equal((await lines(engine)).length, 2);
  });

  test('a body file is known as long as its message is', async (engine) => {
    for (const suffix of ['', '.sealed']) {
      const message = sampleMessage();
      const name = `00/${message.meta.id}${suffix}`;
      message.body = { kind: 'file', name };
      assert.equal(await engine.hasBody(name), false);
      const row = await enqueue(engine, message);
      assert.equal(await engine.hasBody(name), true, name);
      await settle(engine, settlementOf(message, { row }, outcomes.bounced));
      assert.equal(await engine.hasBody(name), false);
    }
  });
}

function claims(test: Test): void {
  test('what is in flight is not given again', async (engine) => {
    const row = await enqueue(engine, sampleMessage());
    const second = await enqueue(engine, sampleMessage());
    const { work } = await ask(engine, { claimed: new Set([row]) });
    assert.deepEqual(
      work.map((one) => one.row),
      [second],
    );
  });

  test('customers take turns, whoever has more', async (engine) => {
    const messages = Array.from({ length: 20 }, () => sampleMessage({ customer: 'flood' }));
    await commit(engine, { enqueues: [...messages, sampleMessage({ customer: 'small' })] });
    const claimed = new Set<number>();
    const seen: string[] = [];
    let after = '';
    for (let i = 0; i < 4; i++) {
      const { work, customer } = await ask(engine, { messages: 4, after, claimed });
      after = customer;
      for (const { row, meta } of work) {
        claimed.add(row);
        seen.push((JSON.parse(meta) as { customer: string }).customer);
      }
    }
    assert.ok(seen.slice(0, 4).includes('small'), seen.join(' '));
    assert.equal(seen.length, 9);
  });

  test('a paused customer is passed over', async (engine) => {
    await enqueue(engine, sampleMessage({ customer: 'a' }));
    await enqueue(engine, sampleMessage({ customer: 'b' }));
    const { work, exhausted } = await ask(engine, { paused: new Set(['a']) });
    assert.deepEqual(
      work.map(({ meta }) => (JSON.parse(meta) as { customer: string }).customer),
      ['b'],
    );
    assert.equal(exhausted, true);
  });

  test('destinations are found in order, page by page', async (engine) => {
    const to = Array.from({ length: 30 }, (_, i) => `u@d${String(i).padStart(2, '0')}.test`);
    await enqueue(engine, sampleMessage({ to }));
    const first = await engine.destinations('', 20);
    const rest = await engine.destinations(first.at(-1) ?? '', 20);
    assert.equal(first.length, 20);
    assert.deepEqual(
      [...first, ...rest],
      to.map((address) => address.slice(2)),
    );
  });
}

function outboxAndCounts(test: Test): void {
  test('events of a commit are one row, in order, until the trace has them', async (engine, under) => {
    const { outbox: first } = await commit(engine, { enqueues: [sampleMessage(), sampleMessage()] });
    const { outbox: second } = await commit(engine, { enqueues: [sampleMessage()] });
    assert.ok(first && second && second.seq > first.seq);
    assert.equal(first.events.split('\n').length, 2);
    const again = await under.reopen();
    assert.deepEqual(await again.outbox(0, 1e9), [first, second]);
    assert.deepEqual(await again.outbox(first.seq, 1e9), [second]);
    assert.equal((await again.totals()).events_pending, 3);
    await commit(again, { traced: first.seq });
    assert.deepEqual(await again.outbox(0, 1e9), [second]);
    assert.equal((await again.totals()).events_pending, 1);
  });

  test('numbers of outbox rows never repeat, not after it ran empty', async (engine, under) => {
    const { outbox } = await commit(engine, { enqueues: [sampleMessage()] });
    await commit(engine, { traced: outbox?.seq ?? 0 });
    const again = await under.reopen();
    const next = await commit(again, { enqueues: [sampleMessage()] });
    assert.ok((next.outbox?.seq ?? 0) > (outbox?.seq ?? 0));
  });

  test('a failed batch leaves nothing: no row, no count, no event', async (engine) => {
    const message = sampleMessage();
    await enqueue(engine, message);
    const before = await engine.totals();
    await assert.rejects(commit(engine, { enqueues: [sampleMessage(), message] }));
    assert.deepEqual(await engine.totals(), before);
    assert.equal((await lines(engine)).length, 1);
  });
}

function expiry(test: Test): void {
  const expired = (engine: QueueEngine, now: number) =>
    Promise.resolve(engine.expired({ now, after: 0, limit: 10, claimed: new Set() }));

  test('a message whose life is over is found, by destination', async (engine) => {
    const row = await enqueue(engine, sampleMessage({ to: ['a@one.test', 'b@two.test'] }));
    assert.deepEqual((await expired(engine, 1000 + LIFE_MS)).work, []);
    const { work, next } = await expired(engine, 1001 + LIFE_MS);
    assert.deepEqual(
      work.map(({ row, destination, task }) => ({ row, destination, task })),
      [
        { row, destination: 'one.test', task: 'expire' },
        { row, destination: 'two.test', task: 'expire' },
      ],
    );
    assert.equal(next, undefined);
  });

  test('claimed as usual, it says that its life is over', async (engine) => {
    await enqueue(engine, sampleMessage());
    assert.equal((await ask(engine, { now: 1001 + LIFE_MS })).work[0]?.task, 'expire');
  });

  test('no life runs out while held, in flight or suspended', async (engine) => {
    const late = 1001 + LIFE_MS;
    const held = sampleMessage();
    await enqueue(engine, held);
    await run(engine, { verb: 'hold', query: { id: held.meta.id }, reason: { kind: 'operator' } }, 1500);
    const row = await enqueue(engine, sampleMessage());
    await enqueue(engine, sampleMessage({ customer: 'paused' }));
    await run(engine, { verb: 'suspend', customer: 'paused' as CustomerId }, 1500);
    const request = { now: late, after: 0, limit: 10, claimed: new Set([row]) };
    assert.deepEqual((await engine.expired(request)).work, []);
    await run(engine, { verb: 'resume', customer: 'paused' as CustomerId }, late);
    await run(engine, { verb: 'release', query: { id: held.meta.id }, kind: 'operator' }, late);
    assert.deepEqual((await engine.expired(request)).work, []);
    assert.equal((await engine.expired({ ...request, now: late + LIFE_MS })).work.length, 2);
  });

  test('a long list of old mail is gone through in steps', async (engine) => {
    await commit(engine, { enqueues: Array.from({ length: 25 }, () => sampleMessage()) });
    let after: number | undefined = 0;
    let found = 0;
    while (after !== undefined) {
      const answer = await engine.expired({ now: 2000 + LIFE_MS, after, limit: 10, claimed: new Set() });
      found += answer.work.length;
      after = answer.next;
    }
    assert.equal(found, 25);
  });
}
