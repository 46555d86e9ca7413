import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { QueueClock } from './queue-clock.ts';

describe('queue clock', () => {
  it('goes on when the wall clock is set back an hour', () => {
    const time = { wall: 1_700_000_000_000, monotonic: 10 };
    const clock = new QueueClock({ now: () => time.wall, monotonic: () => time.monotonic });
    const before = clock.now();
    time.wall -= 3_600_000;
    time.monotonic += 5000;
    time.wall += 5000;
    assert.equal(clock.now(), before + 5000);
    assert.equal(clock.after(60_000), before + 5000 + 60_000);
  });

  it('follows the wall clock when it is set forward, and once it has caught up', () => {
    const time = { wall: 1_700_000_000_000, monotonic: 10 };
    const clock = new QueueClock({ now: () => time.wall, monotonic: () => time.monotonic });
    time.wall += 3_600_000;
    assert.equal(clock.now(), time.wall);
  });

  it('goes on from the newest message after a restart with the clock set back', () => {
    const wall = 1_700_000_000_000;
    const clock = new QueueClock({ now: () => wall, monotonic: () => 10 }, wall + 3_600_000);
    assert.equal(clock.now(), wall + 3_600_000);
  });

  it('follows the wall clock when that is mended by more than a day, so that new mail is not days old', () => {
    const time = { wall: 1_700_000_000_000 + 30 * 86_400_000, monotonic: 10 };
    const clock = new QueueClock({ now: () => time.wall, monotonic: () => time.monotonic });
    clock.now();
    time.wall = 1_700_000_000_000;
    assert.equal(clock.now(), time.wall);
    assert.equal(
      new QueueClock({ now: () => time.wall, monotonic: () => 1 }, time.wall + 2 * 86_400_000).now(),
      time.wall,
    );
  });
});
