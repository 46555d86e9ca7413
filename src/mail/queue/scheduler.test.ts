import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '../message.ts';
import type { ClaimAnswer } from './engine.ts';
import type { NewMessage, StoredWork } from './queue.ts';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';
import { outcomes, sampleMessage, settlementOf } from './testing/queue-samples.ts';

/** A scheduler with time in the test's hands, and a queue of one recipient a message behind it. */
function scene(options: Partial<SchedulerOptions> = {}) {
  const time = { now: 1_000_000, monotonic: 0 };
  const clock = { now: () => time.now, monotonic: () => time.monotonic };
  const scheduler = new Scheduler({ threads: 2, connections: 20, clock, random: () => 0.5, ...options });
  const stored = new Map<number, { message: NewMessage; due: number; fresh: boolean }>();
  let nextRow = 1;
  scheduler.start();

  const pass = (ms: number) => {
    time.now += ms;
    time.monotonic += ms;
  };
  const add = (to: string, thread?: number, customer?: string) => {
    const message = sampleMessage({ to: [to], ...(customer !== undefined && { customer }) });
    const row = nextRow++;
    stored.set(row, { message, due: time.now, fresh: true });
    return { row, message, claimed: scheduler.enqueued(message, row, thread).length > 0 };
  };
  const addDeferred = (to: string, due = time.now) => {
    const message = sampleMessage({ to: [to] });
    const row = nextRow++;
    stored.set(row, { message, due, fresh: false });
    scheduler.found([message.recipients[0]?.destination ?? '']);
    return row;
  };
  const candidates = (destination: string, fresh: boolean) =>
    [...stored].filter(
      ([row, one]) =>
        one.fresh === fresh && one.message.recipients[0]?.destination === destination && !scheduler.claims.has(row),
    );
  /** Serves wishes until there are none; gives what went to which thread. */
  const handOut = () => {
    const given: { thread: number; row: number; lane: string; destination: string }[] = [];
    for (let i = 0; i < 10_000; i++) {
      const wish = scheduler.next();
      if (wish === undefined) return given;
      const { destination, lane, messages, now } = wish.request;
      const ready = candidates(destination, lane === 'fresh').filter(([, one]) => one.fresh || one.due <= now);
      const taken = ready.slice(0, messages);
      const work = taken.map(([row, { message }]) => workOf(row, message));
      const answer: ClaimAnswer = { work, customer: '', exhausted: ready.length <= messages };
      const dues = candidates(destination, false).filter(([row]) => !taken.some(([one]) => one === row));
      const nextDue = dues.length === 0 ? undefined : Math.min(...dues.map(([, one]) => one.due));
      scheduler.took(wish, answer, nextDue);
      for (const { row } of work) given.push({ thread: wish.thread, row, lane, destination });
    }
    throw new Error('the scheduler never stops wishing');
  };
  const settle = (row: number, outcome: Outcome, dueAt?: number) => {
    const one = stored.get(row);
    assert.ok(one);
    if (outcome.kind === 'deferred') stored.set(row, { ...one, fresh: false, due: dueAt ?? time.now + 60_000 });
    else if (outcome.kind !== 'untouched') stored.delete(row);
    const due = outcome.kind === 'deferred' ? { dueAt: dueAt ?? time.now + 60_000 } : {};
    scheduler.settled(settlementOf(one.message, { row }, outcome, due));
  };
  const room = (messages: number) => {
    scheduler.room(0, messages);
    scheduler.room(1, messages);
  };
  return { scheduler, time, pass, add, addDeferred, handOut, settle, room, stored };
}

function workOf(row: number, message: NewMessage): StoredWork {
  const destination = message.recipients[0]?.destination ?? '';
  const recipients = [
    { row, index: 0, address: message.recipients[0]?.address ?? '', destination, attempts: 0, delayTold: false },
  ];
  return { row, meta: JSON.stringify(message.meta), destination, recipients, heldMs: 0, task: 'deliver' };
}

describe('scheduler: fresh mail', () => {
  it('is left with the thread that took it in, until the window is full', () => {
    const { add } = scene();
    const claimed = Array.from({ length: 12 }, () => add('u@one.test', 0).claimed);
    const atOnce = claimed.filter(Boolean).length;
    assert.ok(atOnce >= 2 && atOnce <= 5, String(atOnce));
  });

  it('waits on disk and is handed out when others were delivered; the window grows with each', () => {
    const { add, settle, handOut, room, scheduler } = scene();
    room(100);
    const rows = Array.from({ length: 30 }, () => add('u@one.test', 0));
    let inHand = rows.filter(({ claimed }) => claimed).map(({ row }) => row);
    inHand.push(...handOut().map(({ row }) => row));
    let rounds = 0;
    const done = new Set<number>();
    while (inHand.length > 0) {
      for (const row of inHand) {
        settle(row, outcomes.delivered);
        done.add(row);
      }
      inHand = handOut().map(({ row }) => row);
      rounds += 1;
    }
    assert.equal(done.size, 30);
    assert.ok(rounds <= 4, `${rounds} rounds`);
    assert.equal(scheduler.claims.size, 0);
  });

  it('held mail is not scheduled', () => {
    const { scheduler, handOut, room } = scene();
    room(10);
    const message = sampleMessage({ hold: { kind: 'operator' } });
    assert.deepEqual(scheduler.enqueued(message, 1, 0), []);
    assert.deepEqual(handOut(), []);
  });

  it('nothing starts before all threads have said what they hold, or while the disk is full', () => {
    const { scheduler, add, handOut, room } = scene();
    room(10);
    scheduler.full = true;
    assert.equal(add('u@one.test', 0).claimed, false);
    assert.deepEqual(handOut(), []);
    scheduler.full = false;
    assert.equal(handOut().length, 1);
  });
});

describe('scheduler: a dead destination', () => {
  it('is closed, its rows stay, one message probes it, the waits grow, and it opens again', () => {
    const { add, settle, handOut, room, pass, scheduler } = scene();
    room(100);
    const rows = Array.from({ length: 5 }, () => add('u@dead.test', 0));
    for (const { row, claimed } of rows) if (claimed) settle(row, outcomes.unreachable);
    assert.deepEqual(handOut(), []);
    assert.equal(add('v@dead.test', 0).claimed, false);
    pass(9999);
    assert.deepEqual(handOut(), []);
    pass(1);
    const probe = handOut();
    assert.equal(probe.length, 1);
    settle(probe[0]!.row, outcomes.unreachable);
    pass(19_999);
    assert.deepEqual(handOut(), []);
    pass(1);
    const second = handOut();
    assert.equal(second.length, 1);
    settle(second[0]!.row, outcomes.delivered);
    assert.ok(handOut().length >= 1);
    assert.equal(scheduler.destinations.get('dead.test').site.gate, undefined);
  });

  it('does not hold up others', () => {
    const { add, settle, handOut, room } = scene();
    room(100);
    const dead = add('u@dead.test', 0);
    settle(dead.row, outcomes.unreachable);
    for (let i = 0; i < 500; i++) add('u@dead.test', 0);
    assert.equal(add('u@live.test', 0).claimed, true);
    add('u@waiting.test');
    assert.deepEqual(
      handOut().map(({ destination }) => destination),
      ['waiting.test'],
    );
  });

  it('takes its whole site along when the hosts are shared, only itself when its DNS fails', () => {
    const { add, settle, handOut, room, scheduler } = scene();
    room(100);
    for (const destination of ['a.test', 'b.test']) {
      scheduler.news({ destination, site: 'mx.shared', state: 'open' });
    }
    const one = add('u@a.test', 0);
    settle(one.row, outcomes.noDns);
    assert.equal(add('u@b.test', 0).claimed, true);
    const other = add('v@b.test', 0);
    settle(other.row, outcomes.unreachable);
    assert.equal(add('w@b.test', 0).claimed, false);
    assert.deepEqual(handOut(), []);
  });

  it('a probe that was not tried after all may be tried again', () => {
    const { add, settle, handOut, room, pass } = scene();
    room(100);
    settle(add('u@dead.test', 0).row, outcomes.unreachable);
    add('v@dead.test');
    pass(10_000);
    const [probe] = handOut();
    settle(probe!.row, outcomes.untouched);
    assert.deepEqual(handOut(), []);
    pass(1000);
    assert.equal(handOut().length, 1);
  });

  for (const [why, outcome] of [
    ['its life was over', outcomes.expired],
    ['it was held', { kind: 'held', hold: { kind: 'suppressed' } }],
    ['no address of ours was free', outcomes.noAddress],
  ] as const) {
    it(`a probe that told nothing of it, for ${why}, leaves the way to the next`, () => {
      const { add, settle, handOut, room, pass } = scene();
      room(10);
      const first = add('u@dead.test', 0);
      add('v@dead.test');
      add('w@dead.test');
      settle(first.row, outcomes.unreachable);
      pass(15_000);
      const [probe, ...more] = handOut();
      assert.ok(probe && more.length === 0);
      settle(probe.row, outcome);
      assert.equal(handOut().length, 1, 'the next one probes');
    });
  }

  it('work without an attempt says nothing of it, and probes nothing', () => {
    const { add, settle, handOut, room, pass, scheduler } = scene();
    room(10);
    const first = add('u@dead.test', 0);
    const late = add('v@dead.test');
    const other = add('w@dead.test');
    settle(first.row, outcomes.unreachable);
    const thread = scheduler.withoutAttempt({ ...workOf(late.row, late.message), task: 'tell-delay' });
    assert.ok(thread !== undefined);
    pass(15_000);
    assert.deepEqual(
      handOut().map(({ row }) => row),
      [other.row],
      'the probe goes all the same',
    );
    settle(late.row, outcomes.untouched);
    assert.deepEqual(handOut(), [], 'one probe at a time');
    settle(other.row, outcomes.delivered);
    assert.equal(handOut().length, 1, 'what was told is tried now, without a rest');
  });

  it('comes back slowly: past half of what it took before, the window grows by one a round', () => {
    const { add, settle, handOut, room, pass, scheduler } = scene();
    room(2000);
    const grow = (rounds: number) => {
      for (let round = 0; round < rounds; round++) for (const { row } of handOut()) settle(row, outcomes.delivered);
    };
    for (let i = 0; i < 3000; i++) add('u@one.test');
    grow(4);
    const { site } = scheduler.destinations.get('one.test');
    const before = site.window;
    assert.ok(before >= 40, String(before));
    for (const { row } of handOut()) settle(row, outcomes.unreachable);
    pass(15_000);
    const [probe] = handOut();
    settle(probe?.row ?? 0, outcomes.delivered);
    grow(3);
    assert.ok(site.window >= before / 2 - 1, `quick up to there: ${site.window}`);
    const half = site.window;
    grow(5);
    assert.ok(site.window >= half + 4 && site.window <= half + 7, `${half} to ${site.window}`);
  });

  it('an operator can have it tried at once', () => {
    const { add, settle, handOut, room, scheduler } = scene();
    room(100);
    settle(add('u@dead.test', 0).row, outcomes.unreachable);
    add('v@dead.test');
    assert.deepEqual(handOut(), []);
    scheduler.probe(['dead.test']);
    assert.equal(handOut().length, 1);
  });
});

describe('scheduler: a storm of temporary refusals', () => {
  function storm() {
    const all = scene();
    all.room(1000);
    for (let i = 0; i < 12; i++) {
      all.add('u@storm.test');
      for (const { row } of all.handOut()) all.settle(row, outcomes.refused);
    }
    return all;
  }

  it('leaves one message at a time, and deferred ones apart from each other', () => {
    const { addDeferred, handOut, settle, pass } = storm();
    for (let i = 0; i < 50; i++) addDeferred('u@storm.test');
    let tried = 0;
    for (let second = 0; second < 60; second++) {
      const given = handOut();
      assert.ok(given.length <= 1);
      for (const { row } of given) settle(row, outcomes.refused);
      tried += given.length;
      pass(1000);
    }
    assert.ok(tried >= 5 && tried <= 15, String(tried));
  });

  it('is over with the first success', () => {
    const { addDeferred, handOut, settle } = storm();
    const row = addDeferred('u@storm.test');
    for (const given of handOut()) settle(given.row, given.row === row ? outcomes.delivered : outcomes.refused);
    for (let i = 0; i < 20; i++) addDeferred('u@storm.test');
    assert.ok(handOut().length >= 5);
  });

  it('at many destinations takes a hundred attempts a second at most, whatever is due', () => {
    const { addDeferred, handOut, settle, room, pass } = scene();
    room(5000);
    for (let i = 0; i < 300; i++) for (let k = 0; k < 3; k++) addDeferred(`u@d${i}.test`);
    for (const { row } of handOut()) settle(row, outcomes.refused);
    pass(70_000);
    let tried = 0;
    for (let i = 0; i < 50; i++) {
      const given = handOut();
      tried += given.length;
      for (const { row } of given) settle(row, outcomes.refused);
      pass(100);
    }
    assert.ok(tried <= 610, String(tried));
    assert.ok(tried >= 300, String(tried));
  });
});

describe('scheduler: room and shares', () => {
  it('hands out no more than threads have room for, and goes on when they have again', () => {
    const { add, handOut, scheduler, settle } = scene();
    for (let i = 0; i < 40; i++) add(`u@d${i}.test`);
    assert.deepEqual(handOut(), []);
    scheduler.room(0, 8);
    const first = handOut();
    assert.equal(first.length, 8);
    for (const { row } of first) settle(row, outcomes.delivered);
    scheduler.room(0, 8);
    assert.equal(handOut().length, 8);
  });

  it('one site gets a quarter of the room of a thread', () => {
    const { addDeferred, add, handOut, scheduler, settle } = scene();
    scheduler.room(0, 40);
    for (let i = 0; i < 30; i++) {
      add('u@big.test');
      for (const { row } of handOut()) settle(row, outcomes.delivered);
      scheduler.room(0, 40);
    }
    for (let i = 0; i < 100; i++) addDeferred('u@big.test');
    const given = handOut();
    assert.ok(given.length <= 10, String(given.length));
  });

  it('deferred mail leaves a quarter of the room to fresh mail', () => {
    const { addDeferred, add, handOut, scheduler } = scene();
    scheduler.room(0, 40);
    for (let i = 0; i < 100; i++) addDeferred(`u@d${i}.test`);
    assert.equal(handOut().length, 30);
    for (let i = 0; i < 20; i++) add(`f@f${i}.test`);
    const fresh = handOut();
    assert.equal(fresh.length, 10);
    assert.ok(fresh.every(({ lane }) => lane === 'fresh'));
  });

  it('fresh mail goes before deferred mail', () => {
    const { addDeferred, add, handOut, scheduler } = scene();
    for (let i = 0; i < 20; i++) addDeferred(`u@d${i}.test`);
    for (let i = 0; i < 5; i++) add(`f@f${i}.test`);
    scheduler.room(0, 12);
    const lanes = handOut().map(({ lane }) => lane);
    assert.deepEqual(lanes.slice(0, 5), Array<string>(5).fill('fresh'));
  });

  it('a thread without a share of the connections gets nothing of that site', () => {
    const { add, handOut, room, scheduler, settle } = scene();
    room(100);
    const first = add('u@one.test', 0).claimed || add('u@one.test', 1).claimed;
    assert.ok(first);
    scheduler.news({ destination: 'one.test', site: 'mx.one', state: 'open', connections: 1 });
    const claims = [0, 1].map((thread) => add('v@one.test', thread).claimed);
    assert.equal(claims.filter(Boolean).length, 1);
    for (let i = 0; i < 4; i++) add('w@one.test');
    const threads = new Set<number>();
    for (let i = 0; i < 8; i++) {
      for (const { row, thread } of handOut()) {
        threads.add(thread);
        settle(row, outcomes.delivered);
      }
    }
    assert.ok(threads.size <= 1);
  });

  it('what a thread had comes back when its port closes', () => {
    const { add, handOut, room, scheduler } = scene();
    room(100);
    const taken = Array.from({ length: 3 }, () => add('u@one.test', 0)).filter(({ claimed }) => claimed);
    scheduler.threadGone(0);
    assert.equal(scheduler.claims.size, 0);
    const given = handOut();
    assert.equal(given.length, taken.length);
    assert.ok(given.every(({ thread }) => thread === 1));
  });
});

describe('scheduler: time', () => {
  it('deferred mail is handed out when due, and the wake-up tells when', () => {
    const { add, settle, handOut, room, pass, scheduler, time } = scene();
    room(10);
    const { row } = add('u@one.test', 0);
    settle(row, outcomes.refused, time.now + 60_000);
    assert.deepEqual(handOut(), []);
    assert.equal(scheduler.nextWakeMs(), 60_000);
    pass(60_000);
    assert.deepEqual(
      handOut().map((one) => one.row),
      [row],
    );
  });

  it('with a table full of destinations, those that wait are found again later', () => {
    const { addDeferred, handOut, scheduler, time } = scene({ destinations: 100 });
    scheduler.room(0, 1000);
    for (let i = 0; i < 150; i++) addDeferred(`u@d${i}.test`, time.now + 5000);
    handOut();
    assert.ok(scheduler.destinations.size <= 200);
    for (let i = 0; i < 300; i++) addDeferred(`u@e${i}.test`, time.now + 5000);
    handOut();
    assert.equal(scheduler.destinations.forgotWaiting, true);
  });

  it('fresh mail that nothing is done for has an age', () => {
    const { add, pass, scheduler } = scene();
    add('u@one.test');
    pass(5000);
    assert.equal(scheduler.freshAgeMs(), 5000);
  });
});
