// The operator's part of the contract of an engine; run by queue-contract.test.ts.

import assert from 'node:assert/strict';
import type { CustomerId } from '../message.ts';
import { ask, lines, run, type Test } from './testing/contract-support.ts';
import { commit, enqueue, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';

/** Holds of messages and suspension of customers. */
export function holdContract(test: Test): void {
  test('a held message waits; lifting one hold leaves the others', async (engine) => {
    const message = sampleMessage({ hold: { kind: 'content', note: 'looks odd' } });
    await enqueue(engine, message);
    assert.deepEqual(await engine.destinations('', 10), []);
    const query = { id: message.meta.id };
    await run(engine, { verb: 'hold', query, reason: { kind: 'operator', by: 'me' } });
    await run(engine, { verb: 'release', query, kind: 'content' });
    assert.deepEqual((await ask(engine)).work, []);
    assert.equal((await engine.totals()).held, 1);
    const { destinations } = await run(engine, { verb: 'release', query, kind: 'operator' });
    assert.deepEqual(destinations, ['one.test']);
    assert.equal((await ask(engine)).work.length, 1);
    assert.equal((await engine.totals()).held, 0);
  });

  test('a suspension and a hold in the same time are added to the life once', async (engine) => {
    const [within, beyond] = [sampleMessage(), sampleMessage()];
    for (const message of [within, beyond]) await enqueue(engine, message, 1000);
    const hold = ({ meta: { id } }: typeof within, now: number) =>
      run(engine, { verb: 'hold', query: { id }, reason: { kind: 'manual' } }, now);
    const release = ({ meta: { id } }: typeof within, now: number) =>
      run(engine, { verb: 'release', query: { id }, kind: 'manual' }, now);
    await run(engine, { verb: 'suspend', customer: 'acme' as CustomerId }, 2000);
    await hold(within, 3000);
    await release(within, 5000);
    await hold(beyond, 5000);
    await run(engine, { verb: 'resume', customer: 'acme' as CustomerId }, 6000);
    await release(beyond, 8000);
    const { work } = await ask(engine, { now: 9000 });
    assert.deepEqual(
      work.map(({ heldMs }) => heldMs),
      [4000, 6000],
    );
  });

  test('time held is added to the life, overlapping holds once', async (engine) => {
    const message = sampleMessage();
    await enqueue(engine, message, 1000);
    const query = { id: message.meta.id };
    await run(engine, { verb: 'hold', query, reason: { kind: 'a' } }, 2000);
    await run(engine, { verb: 'hold', query, reason: { kind: 'b' } }, 3000);
    await run(engine, { verb: 'release', query, kind: 'a' }, 4000);
    await run(engine, { verb: 'release', query, kind: 'b' }, 7000);
    assert.equal((await ask(engine, { now: 9000 })).work[0]?.heldMs, 5000);
  });

  test('quarantine is counted apart', async (engine) => {
    await enqueue(engine, sampleMessage({ hold: { kind: 'quarantine' } }));
    const { held, quarantined } = await engine.totals();
    assert.deepEqual({ held, quarantined }, { held: 0, quarantined: 1 });
  });

  test('quarantine is lifted for some: the others stay in it, for themselves, and their time goes on', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test', 'c@two.test'], hold: { kind: 'quarantine' } });
    await enqueue(engine, message, 1000);
    const release = (to: string, now: number) =>
      run(engine, { verb: 'release', query: { id: message.meta.id, to }, kind: 'quarantine', only: true }, now);
    assert.equal((await release('b@one.test', 2000)).changed, 1);
    assert.equal((await engine.totals()).quarantined, 2);
    const { work } = await ask(engine, { now: 3000 });
    assert.deepEqual(
      work.map(({ recipients, heldMs }) => [recipients.map(({ address }) => address), heldMs]),
      [[['b@one.test'], 1000]],
    );
    assert.equal((await release('b@one.test', 3000)).changed, 0, 'what goes on is not let go twice');
    assert.deepEqual((await release('c@two.test', 4000)).destinations, ['two.test']);
    const second = await ask(engine, { destination: 'two.test', now: 5000 });
    assert.equal(second.work[0]?.heldMs, 3000);
    assert.equal((await engine.totals()).quarantined, 1);
    const told = (await lines(engine)).slice(1);
    assert.deepEqual(told, [
      'message.recipient.held',
      'message.recipient.held',
      'message.released',
      'message.recipient.released',
    ]);
    const rest = { id: message.meta.id, status: 'quarantined' } as const;
    assert.equal((await run(engine, { verb: 'remove', query: rest, note: 'its days are over' }, 6000)).changed, 1);
    assert.equal((await engine.totals()).quarantined, 0);
  });

  test('a recipient held while it is tried stays held when it comes back', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await run(engine, { verb: 'hold', query: { id: message.meta.id }, reason: { kind: 'operator' } });
    await settle(engine, settlementOf(message, { row }, outcomes.refused, { dueAt: 1500 }));
    assert.deepEqual((await ask(engine, { lane: 'deferred' })).work, []);
    await run(engine, { verb: 'release', query: { id: message.meta.id }, kind: 'operator' });
    assert.equal((await ask(engine, { lane: 'deferred' })).work[0]?.recipients[0]?.attempts, 1);
    assert.equal((await engine.totals()).deferred, 1);
  });

  test('a suspended customer: counted as held, named as paused, not a row rewritten', async (engine) => {
    const customer = 'acme' as CustomerId;
    await enqueue(engine, sampleMessage());
    await enqueue(engine, sampleMessage({ customer: 'other' }));
    await run(engine, { verb: 'suspend', customer, by: 'me' }, 2000);
    assert.deepEqual(await engine.paused(), [customer]);
    const during = await engine.totals();
    assert.deepEqual({ queued: during.queued, held: during.held }, { queued: 1, held: 1 });
    await run(engine, { verb: 'resume', customer }, 6000);
    assert.deepEqual(await engine.paused(), []);
    assert.equal((await ask(engine, { now: 9000 })).work[0]?.heldMs, 4000);
    assert.equal((await engine.totals()).queued, 2);
  });

  test('a suspension is told of each message, also of what comes later, and once', async (engine) => {
    const customer = 'acme' as CustomerId;
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) {
      const message = sampleMessage({ to: ['a@one.test', 'b@two.test'] });
      ids.push(message.meta.id);
      await enqueue(engine, message);
    }
    await enqueue(engine, sampleMessage({ customer: 'other' }));
    const inSteps = async (verb: 'suspend' | 'resume', between: () => Promise<unknown> = async () => {}) => {
      let after: number | undefined = 0;
      while (after !== undefined) {
        const { step } = await commit(engine, { step: { verb: { verb, customer }, after, rows: 3 } });
        after = step?.next;
        await between();
      }
    };
    let late = 0;
    await inSteps('suspend', async () => {
      if (++late > 2) return;
      const message = sampleMessage();
      ids.push(message.meta.id);
      await enqueue(engine, message);
    });
    const told = async (type: string) => {
      const rows = await engine.outbox(0, 1e9);
      const events = rows.flatMap(({ events }) => events.split('\n'));
      const all = events.map((text) => JSON.parse(text) as { type: string; id: string; reason?: string });
      return all.filter((one) => one.type === type && one.reason === 'suspended').map(({ id }) => id);
    };
    assert.deepEqual((await told('message.held')).sort(), ids.sort());
    await inSteps('suspend');
    assert.equal((await told('message.held')).length, ids.length, 'suspended already');
    await inSteps('resume');
    assert.deepEqual((await told('message.released')).sort(), ids.sort());
    await enqueue(engine, sampleMessage());
    assert.equal((await told('message.held')).length, ids.length);
  });
}

/** What an operator can do to queued mail. */
export function verbContract(test: Test): void {
  test('retry makes due now', async (engine) => {
    const message = sampleMessage();
    const row = await enqueue(engine, message);
    await settle(engine, settlementOf(message, { row }, outcomes.refused, { dueAt: 90_000 }));
    const { changed, destinations } = await run(engine, { verb: 'retry', query: { to: '@ONE.test' } });
    assert.deepEqual({ changed, destinations }, { changed: 1, destinations: ['one.test'] });
    assert.equal((await ask(engine, { lane: 'deferred' })).work.length, 1);
    assert.ok((await lines(engine)).includes('message.recipient.retried'));
  });

  test('remove ends recipients with one event each, those in flight left alone', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test', 'c@two.test'] });
    const row = await enqueue(engine, message);
    const verb = { verb: 'remove', query: { destination: 'one.test' } } as const;
    const { step } = await commit(engine, { step: { verb, after: 0, rows: 1000 }, claimed: new Set([row]) });
    assert.deepEqual({ changed: step?.changed, busy: step?.busy }, { changed: 1, busy: 1 });
    assert.equal((await engine.totals()).queued, 2);
    assert.equal((await lines(engine)).filter((type) => type === 'message.recipient.removed').length, 1);
  });

  test('remove of the last recipient takes the message and its body', async (engine) => {
    const message = sampleMessage({ body: { kind: 'file', name: '00/y' } });
    await enqueue(engine, message);
    const verb = { verb: 'remove', query: { id: message.meta.id } } as const;
    const { bodies } = await commit(engine, { step: { verb, after: 0, rows: 10 } });
    assert.deepEqual(bodies, ['00/y']);
    const { queued, accepted, final } = await engine.totals();
    assert.deepEqual({ queued, accepted, final }, { queued: 0, accepted: 1, final: 1 });
  });

  test('reroute moves to a lane of its own, with the hosts in the work', async (engine) => {
    const message = sampleMessage({ to: ['a@one.test', 'b@one.test'] });
    const row = await enqueue(engine, message);
    const verb = { verb: 'reroute', query: { to: 'a@one.test' }, hosts: ['Backup.test:26'] } as const;
    const { destinations } = await run(engine, { ...verb, hosts: [...verb.hosts] });
    const [lane = ''] = destinations;
    const { work } = await ask(engine, { destination: lane });
    assert.deepEqual(
      work.map(({ row, reroute, recipients }) => ({ row, reroute, to: recipients.map(({ address }) => address) })),
      [{ row, reroute: ['Backup.test:26'], to: ['a@one.test'] }],
    );
    assert.equal((await ask(engine)).work[0]?.recipients.length, 1);
  });

  test('a verb over many rows goes on in steps', async (engine) => {
    const to = Array.from({ length: 50 }, (_, i) => `u${i}@one.test`);
    await enqueue(engine, sampleMessage({ to }));
    const verb = { verb: 'remove', query: { status: 'queued' } } as const;
    let after: number | undefined = 0;
    let changed = 0;
    let steps = 0;
    while (after !== undefined) {
      const { step } = await commit(engine, { step: { verb, after, rows: 20 } });
      changed += step?.changed ?? 0;
      after = step?.next;
      steps += 1;
    }
    assert.equal(changed, 50);
    assert.ok(steps >= 3);
  });

  const queries = [
    [{}, 3],
    [{ customer: 'acme' as CustomerId }, 2],
    [{ from: 'FROM@acme.test' }, 2],
    [{ from: '@other.test' }, 1],
    [{ from: '<>' }, 0],
    [{ to: 'user@two.test' }, 1],
    [{ status: 'deferred' }, 0],
    [{ status: 'queued', destination: 'two.test' }, 1],
    [{ hold: 'operator' }, 0],
    [{ to: "x' or '1'='1" }, 0],
  ] as const;
  for (const [query, count] of queries) {
    test(`query ${JSON.stringify(query)} means ${count} recipients`, async (engine) => {
      await enqueue(engine, sampleMessage());
      await enqueue(engine, sampleMessage({ to: ['user@two.test'] }));
      await enqueue(engine, sampleMessage({ customer: 'other', sender: 'x@other.test', to: ['z@three.test'] }));
      const { changed } = await run(engine, { verb: 'retry', query });
      assert.equal(changed, count);
    });
  }

  test('a query by <> means notices, which have no sender', async (engine) => {
    await enqueue(engine, sampleMessage());
    await enqueue(engine, sampleMessage({ sender: '', to: ['z@three.test'] }));
    assert.equal((await run(engine, { verb: 'retry', query: { from: '<>' } })).changed, 1);
  });

  test('a query by cause means what was put off for it last', async (engine) => {
    for (const outcome of [outcomes.unreachable, outcomes.noDns]) {
      const message = sampleMessage();
      const row = await enqueue(engine, message);
      await settle(engine, settlementOf(message, { row }, outcome, { dueAt: 9000 }));
    }
    await enqueue(engine, sampleMessage());
    const query = { status: 'deferred', cause: 'dns-temporary' } as const;
    assert.equal((await run(engine, { verb: 'retry', query })).changed, 1);
  });
}
