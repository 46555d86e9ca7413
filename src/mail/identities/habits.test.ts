import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { type Activity, addActivity, type Habits, judge, type Level, newHabits, nextLevel, pardon } from './habits.ts';
import { type IdentityKind, isShared } from './identity.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const BEGIN = Date.parse('2026-03-02T00:00:00Z');

const nothing: Activity = {
  messages: 0,
  recipients: 0,
  held: 0,
  refused: 0,
  late: 0,
  bad: 0,
  destinations: [],
  culprits: [],
};

/** A sender that lives through time; `levels` are those it went through. */
class Sender {
  readonly habits: Habits = newHabits(BEGIN);
  readonly levels: Level['kind'][] = [];
  now = BEGIN;
  readonly kind: IdentityKind;

  constructor(kind: IdentityKind = 'sender') {
    this.kind = kind;
  }

  does(activity: Partial<Activity>): Level {
    addActivity(this.habits, { ...nothing, ...activity }, this.now);
    return this.look();
  }

  look(): Level {
    const level = nextLevel(this.habits, judge(this.habits, this.now, isShared(this.kind)), this);
    if (this.levels.at(-1) !== level.kind) this.levels.push(level.kind);
    return level;
  }

  /** Weeks of work, Monday to Friday, eight to six: so many messages an hour to the same domains. */
  works(weeks: number, perHour: number): void {
    const begin = this.now;
    for (let day = 0; day < weeks * 7; day++) {
      if (day % 7 >= 5) continue;
      for (let hour = 8; hour < 18; hour++) {
        this.now = begin + day * DAY + hour * HOUR;

        this.does({ messages: perHour, recipients: perHour, destinations: [1, 2, 3, hour] });
      }
    }
  }
}

describe('habits', () => {
  test('a steady sender is never limited, whatever its volume', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 3 }), (growth, weeks) => {
        const sender = new Sender();
        // It grows from week to week: a shop before Christmas.
        for (let n = 1; n <= 4; n++) {
          sender.now = BEGIN + (n - 1) * weeks * 7 * DAY;
          sender.works(weeks, growth * n);
        }
        assert.deepEqual(sender.levels, ['free']);
      }),
      { numRuns: 30 },
    );
    const huge = new Sender();
    for (let perHour = 100; perHour < 1_000_000; perHour *= 2) {
      huge.now += HOUR;
      for (let i = 0; i < 30; i++) {
        huge.now += 2 * MINUTE;
        huge.does({ messages: perHour / 30, recipients: perHour / 30, destinations: [i] });
      }
    }
    assert.deepEqual(huge.levels, ['free']);
  });

  test('a newsletter to thousands, once a month, and a newcomer of any volume are never limited', () => {
    const newcomer = new Sender();
    newcomer.does({ messages: 100_000, recipients: 100_000, refused: 3_000 });
    assert.equal(newcomer.look().kind, 'free');
    const sender = new Sender();
    sender.works(4, 5);
    for (let month = 1; month <= 3; month++) {
      sender.now = BEGIN + month * 30 * DAY + 10 * HOUR;
      for (let i = 0; i < 10; i++) {
        sender.now += MINUTE;
        sender.does({ messages: 500, recipients: 500, refused: 15, destinations: [i, 100 + i] });
      }
      sender.now += 2 * HOUR;
      assert.equal(sender.look().kind, 'free');
    }
    assert.deepEqual(sender.levels, ['free']);
  });

  test('taken over at night: slowed within the first hundreds, locked within the first thousand, then until a person looks', () => {
    const sender = new Sender();
    sender.works(4, 10);
    sender.now = BEGIN + 30 * DAY + 3 * HOUR;
    const reached = new Map<Level['kind'], number>();
    for (let sent = 0; sent < 2_000; sent += 20) {
      sender.now += MINUTE / 4;
      const level = sender.does({
        messages: 20,
        recipients: 20,
        refused: 8,
        destinations: Array.from({ length: 10 }, (_, i) => 10_000 + sent + i),
      });
      if (!reached.has(level.kind)) reached.set(level.kind, sent + 20);
    }
    assert.ok((reached.get('slowed') ?? Number.POSITIVE_INFINITY) <= 300, String(reached.get('slowed')));
    assert.ok((reached.get('locked') ?? Number.POSITIVE_INFINITY) <= 1000, String(reached.get('locked')));
    const locks: (number | undefined)[] = [];
    for (let i = 0; i < 400; i++) {
      sender.now += 5 * MINUTE;
      const before = sender.habits.level.kind;
      const level = sender.does({ messages: 50, recipients: 50, refused: 40 });
      if (level.kind === 'locked' && before !== 'locked') locks.push(level.until);
    }
    assert.equal(locks.at(-1), undefined, 'the third lock waits for a person');
    assert.equal(locks.length, 2);
    pardon(sender.habits);
    assert.equal(sender.look().kind, 'free');
  });

  test('what is refused while it is slowed counts on: whoever does not stop is locked', () => {
    const sender = new Sender();
    sender.does({ messages: 100, recipients: 100, bad: 30 });
    assert.equal(sender.look().kind, 'slowed');
    sender.now += MINUTE;
    assert.equal(sender.does({ messages: 10, held: 600, bad: 10 }).kind, 'locked');
    const refused = new Sender();
    refused.does({ messages: 100, recipients: 100, refused: 50 });
    assert.equal(refused.look().kind, 'slowed');
    refused.now += MINUTE;
    assert.equal(refused.does({ held: 550 }).kind, 'locked', 'what was held does not make the share smaller');
  });

  test('refusals that come hours after a mailing are measured by that mailing', () => {
    const sender = new Sender();
    sender.does({ messages: 3000, recipients: 3000, refused: 60 });
    sender.now += 2 * HOUR;
    assert.equal(sender.does({ late: 120 }).kind, 'free', 'four in a hundred are an old list, not a break-in');
    const broken = new Sender();
    broken.does({ messages: 500, recipients: 500 });
    broken.now += 2 * HOUR;
    assert.equal(broken.does({ late: 400 }).kind, 'locked', 'and most of them are one, however late it is heard');
  });

  test('a server that tries again what is slowed makes nothing worse by that', () => {
    const sender = new Sender();
    assert.equal(sender.does({ messages: 200, recipients: 200, refused: 45 }).kind, 'slowed');
    for (let minute = 0; minute < 120; minute++) {
      sender.now += MINUTE;
      sender.does({ messages: 10, recipients: 10, refused: minute < 20 ? 2 : 1, held: 2000 });
    }
    assert.deepEqual(sender.levels, ['slowed', 'free']);
  });

  test('one mailbox behind a server is that mailbox’s affair; a few of them slow the server, and never lock it', () => {
    for (const kind of ['source', 'login'] as const) {
      const one = new Sender(kind);
      one.does({ messages: 500, recipients: 500, refused: 400, bad: 400, culprits: [7] });
      assert.equal(one.look().kind, 'free');
      const many = new Sender(kind);
      many.does({ messages: 500, recipients: 500, refused: 400, bad: 400, culprits: [1, 2, 3, 4, 5] });
      assert.equal(many.look().kind, 'slowed');
      many.now += HOUR * 3;
      assert.equal(many.look().kind, 'free');
    }
  });

  test('a new sender for each mail: the login behind them is locked, at last until a person looks; a source for hours', () => {
    const lastLock = (kind: IdentityKind) => {
      const sender = new Sender(kind);
      const locks: (number | undefined)[] = [];
      for (let n = 0; n < 400; n++) {
        sender.now += 5 * MINUTE;
        const before = sender.habits.level.kind;
        const culprits = Array.from({ length: 30 }, (_, i) => n * 1000 + i);
        const level = sender.does({ messages: 50, recipients: 50, refused: 30, culprits });
        if (level.kind === 'locked' && before !== 'locked') locks.push(level.until && level.until - sender.now);
      }
      return locks;
    };
    assert.deepEqual(lastLock('login'), [HOUR, 4 * HOUR, undefined]);
    const [, ...later] = lastLock('source');
    assert.ok(later.length > 2 && later.every((length) => length === 4 * HOUR), 'a server is not stopped for good');
  });

  test('who did something once is no part of the crowd of another hour', () => {
    const server = new Sender('login');
    for (let n = 0; n < 200; n++) {
      server.now += 10 * MINUTE;
      server.does({ messages: 50, recipients: 50, refused: 1, culprits: [n] });
    }
    server.now += MINUTE;
    server.does({ messages: 1000, recipients: 1000, refused: 900, culprits: [7] });
    assert.notEqual(server.look().kind, 'locked');
  });

  test('a lock ends at its time, first in slowness, then free', () => {
    const sender = new Sender();
    const level = sender.does({ messages: 100, recipients: 100, bad: 90 });
    assert.equal(level.kind, 'locked');
    assert.equal(level.kind === 'locked' && level.until, BEGIN + HOUR);
    sender.now += HOUR;
    assert.equal(sender.look().kind, 'slowed');
    sender.now += HOUR / 2;
    assert.equal(sender.look().kind, 'free');
  });

  test('any life keeps what is kept within bounds, and a clock that goes back breaks nothing', () => {
    const step = fc.record({
      pass: fc.integer({ min: -2 * HOUR, max: 3 * DAY }),
      messages: fc.nat(500),
      recipients: fc.nat(5000),
      refused: fc.nat(500),
      bad: fc.nat(100),
      destinations: fc.array(fc.nat(5000), { maxLength: 50 }),
      culprits: fc.array(fc.nat(100), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom('sender', 'login', 'source'), (steps, kind) => {
        const sender = new Sender(kind);
        for (const { pass, ...activity } of steps) {
          sender.now += pass;
          const level = sender.does(activity);
          assert.equal(kind === 'source' && level.kind === 'locked' && level.until === undefined, false);
        }
        const { slices, hours, destinations, locks } = sender.habits;
        assert.ok(slices.length <= 12 && hours.length <= 168 && destinations.length <= 512);
        assert.ok(slices.every(({ culprits = [] }) => culprits.length <= 64) && locks.length <= 60);
        assert.deepEqual(JSON.parse(JSON.stringify(sender.habits)), sender.habits, 'it can be kept as it is');
      }),
    );
  });
});
