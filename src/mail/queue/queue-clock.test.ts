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
    // What a relay thread reckons by the wall clock keeps its distance.
    assert.equal(clock.fromWall(time.wall + 60_000), before + 5000 + 60_000);
  });

  it('follows the wall clock when it is set forward, and once it has caught up', () => {
    const time = { wall: 1_700_000_000_000, monotonic: 10 };
    const clock = new QueueClock({ now: () => time.wall, monotonic: () => time.monotonic });
    time.wall += 3_600_000;
    assert.equal(clock.now(), time.wall);
  });
});
