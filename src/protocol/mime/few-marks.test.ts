import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withFewMarks } from './few-marks.ts';
import { shownAddresses } from './shown-address.ts';

test('thousands of marks on one letter cost no time; what people write stays', () => {
  const begin = process.cpuUsage();
  shownAddresses(`a${'\u0300\u0316'.repeat(200_000)}@world.test`);
  const { user } = process.cpuUsage(begin);
  assert.ok(user < 10_000_000, `${user} µs`);
  assert.equal(withFewMarks('cafe\u0301 Vie\u0323\u0302t'), 'cafe\u0301 Vie\u0323\u0302t');
});
