// The part of the contract of an engine that seals what is held; run by queue-contract.test.ts.

import assert from 'node:assert/strict';
import type { CustomerId } from '../message.ts';
import type { NewMessage } from './queue.ts';
import { ask, run, type Test } from './testing/contract-support.ts';
import { commit, enqueue, outcomes, sampleMessage, settle, settlementOf } from './testing/queue-samples.ts';

/** Contents of what is held after it was taken. */
export function sealingContract(test: Test): void {
  const limits = { after: 0, messages: 100, octets: 1_000_000, claimed: new Set<number>() };
  const sealed = (name?: string) => {
    if (name !== undefined) return { kind: 'file', name } as const;
    return { kind: 'inline', bytes: Buffer.from('\0EMSEAL1 and so on', 'latin1') } as const;
  };

  test('what is held, alone or as a whole, and what waits with its customer is to be sealed', async (engine, under) => {
    const [whole, alone, paused, free] = ['acme', 'acme', 'other', 'acme'].map((customer) =>
      sampleMessage({ customer, to: ['a@one.test', 'b@one.test'] }),
    ) as [NewMessage, NewMessage, NewMessage, NewMessage];
    const rows: number[] = [];
    for (const message of [whole, alone, paused, free]) rows.push(await enqueue(engine, message));
    const [first = 0, second = 0, third = 0] = rows;
    await run(engine, { verb: 'hold', query: { id: whole.meta.id }, reason: { kind: 'operator' } });
    const held = { kind: 'held', hold: { kind: 'suppressed' } } as const;
    const settlement = settlementOf(alone, { row: second, recipients: [second + 1] }, outcomes.untouched);
    const [recipient] = settlement.recipients;
    await settle(engine, { ...settlement, recipients: [{ row: recipient?.row ?? 0, outcome: held }] });
    await run(engine, { verb: 'suspend', customer: 'other' as CustomerId });
    const later = await enqueue(engine, sampleMessage({ customer: 'other' }));
    const quarantined = sampleMessage({ hold: { kind: 'quarantine' }, body: sealed() });
    await enqueue(engine, quarantined);

    const again = await under.reopen();
    const { found } = await again.toSeal(limits);
    assert.deepEqual(
      found.map(({ row, body }) => [row, body?.kind]),
      [first, second, third, later].map((row) => [row, 'inline']),
    );
    const part = await again.toSeal({ ...limits, messages: 2 });
    assert.deepEqual([part.found.length, part.next], [2, second]);
    assert.deepEqual((await again.toSeal({ ...limits, octets: 5 })).found.length, 1);
    assert.deepEqual((await again.toSeal({ ...limits, after: later })).found, []);
  });

  test('a content is replaced once, and not while any of its message is in flight', async (engine) => {
    const small = sampleMessage({ to: ['a@one.test', 'b@two.test'] });
    const large = sampleMessage();
    const name = `00/${large.meta.id}`;
    large.body = { kind: 'file', name };
    const row = await enqueue(engine, small);
    const file = await enqueue(engine, large);
    for (const { meta } of [small, large]) {
      await run(engine, { verb: 'hold', query: { id: meta.id }, reason: { kind: 'operator' } });
    }
    const claimed = new Set([row + 1]);
    assert.deepEqual((await engine.toSeal({ ...limits, claimed })).found, [
      { row: file, id: large.meta.id, body: large.body },
    ]);
    assert.equal(await engine.hasBody(`${name}.sealed`), true, 'a copy that is being made is no orphan');
    const seals = [
      { row, body: sealed() },
      { row: file, body: sealed(`${name}.sealed`) },
    ];
    const first = await commit(engine, { seals, claimed });
    assert.deepEqual([first.sealed, first.bodies], [[false, true], [name]]);
    assert.deepEqual([await engine.hasBody(name), await engine.hasBody(`${name}.sealed`)], [false, true]);
    const second = await commit(engine, { seals });
    assert.deepEqual([second.sealed, second.bodies], [[true, false], []]);
    assert.deepEqual((await engine.toSeal(limits)).found, []);
    const query = { id: large.meta.id };
    await run(engine, { verb: 'release', query, kind: 'operator' });
    assert.equal((await ask(engine)).work[0]?.bodyFile, `${name}.sealed`);
  });

  test('what was let go meanwhile, or is gone, stays as it is and is forgotten', async (engine) => {
    const [free, gone, again] = [sampleMessage(), sampleMessage(), sampleMessage()];
    const rows: number[] = [];
    for (const message of [free, gone, again]) rows.push(await enqueue(engine, message));
    for (const { meta } of [free, gone, again]) {
      await run(engine, { verb: 'hold', query: { id: meta.id }, reason: { kind: 'operator' } });
    }
    await run(engine, { verb: 'release', query: { id: free.meta.id }, kind: 'operator' });
    await run(engine, { verb: 'release', query: { id: again.meta.id }, kind: 'operator' });
    await run(engine, { verb: 'remove', query: { id: gone.meta.id } });
    const seen = (await engine.toSeal(limits)).found;
    assert.deepEqual(
      seen.map(({ row, body }) => [row, body]),
      rows.map((row) => [row, undefined]),
    );
    await run(engine, { verb: 'hold', query: { id: again.meta.id }, reason: { kind: 'operator' } });
    const seals = [{ row: rows[0] ?? 0, body: sealed() }, ...rows.slice(1).map((row) => ({ row }))];
    assert.deepEqual((await commit(engine, { seals })).sealed, [false, false, false]);
    assert.deepEqual(
      (await engine.toSeal(limits)).found.map(({ row, body }) => [row, body?.kind]),
      [[rows[2], 'inline']],
    );
  });
}
