import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Turn, Turns } from './turns.ts';

function scene() {
  let now = 0;
  const turns = new Turns({ now: () => now, monotonic: () => now });
  const had: string[] = [];
  const open: Turn[] = [];
  const begin = (customer: string) => {
    const turn = turns.begin(customer);
    const note = (given: Turn) => {
      had.push(customer);
      open.push(given);
    };
    if (turn instanceof Promise) void turn.then(note);
    else note(turn);
  };
  const end = async (customer: string) => {
    const at = open.findIndex((turn) => turn.customer === customer);
    const [turn] = open.splice(at, 1);
    assert.ok(turn !== undefined);
    turns.end(turn);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begin, end, had, pass: (ms: number) => (now += ms) };
}

describe('turns at the queue', () => {
  it('a customer alone waits for nobody', () => {
    const { begin, had } = scene();
    for (let i = 0; i < 100; i++) begin('flood');
    assert.equal(had.length, 100);
  });

  it('beside others a customer has two at the store, and others go at once', async () => {
    const { begin, end, had } = scene();
    begin('small');
    await end('small');
    for (let i = 0; i < 50; i++) begin('flood');
    assert.deepEqual(had, ['small', 'flood', 'flood']);
    begin('small');
    assert.equal(had.at(-1), 'small');
    await end('flood');
    assert.equal(had.filter((customer) => customer === 'flood').length, 3);
  });

  it('where commits are slow more of a customer share one', async () => {
    const { begin, end, had, pass } = scene();
    for (let i = 0; i < 60; i++) {
      begin('small');
      pass(20);
      await end('small');
    }
    for (let i = 0; i < 50; i++) begin('flood');
    assert.equal(had.filter((customer) => customer === 'flood').length, 10);
  });

  it('what waits goes once the others are silent', async () => {
    const { begin, end, had, pass } = scene();
    begin('small');
    for (let i = 0; i < 10; i++) begin('flood');
    assert.equal(had.length, 3);
    pass(1001);
    await end('flood');
    assert.equal(had.length, 11);
  });
});
