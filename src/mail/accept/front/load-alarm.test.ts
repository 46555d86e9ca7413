// Main hears of load that lasts, once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testLimits } from '../../../../test/dialogues/memory-session.ts';
import { strangers } from '../../../platform/config/strangers.ts';
import { createTestLog } from '../../../platform/log.ts';
import { createMetrics } from '../../../platform/metrics.ts';
import { createConnectionCounters, openConnectionCounters } from '../connection-counters.ts';
import { createConnectionRates, openConnectionRates } from './connection-rates.ts';
import { Front } from './front.ts';
import { LOOK_MS, type LoadCause } from './load.ts';

test('load that lasts is told once, and its end once it has been over for a while; short load is not told', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  let now = 0;
  const told: (LoadCause | undefined)[] = [];
  const settings = strangers.parse({ busy_rate: 10, rate_per_source: 1 });
  const front = new Front(
    {
      standing: () => 'stranger',
      rates: openConnectionRates(createConnectionRates(), () => now),
      settings: () => settings,
      threads: 1,
      fileFrom: 128 * 1024,
      dnsbl: undefined,
      load: (cause) => told.push(cause),
    },
    {
      counters: openConnectionCounters(createConnectionCounters({ threads: 1, connections: 100 }), 0),
      limits: () => testLimits(),
      clock: { now: () => now, monotonic: () => now },
      log: createTestLog(() => undefined),
      metrics: createMetrics(),
    },
  );
  const pass = (seconds: number, flooded: boolean) => {
    for (let i = 0; i < (seconds * 1000) / LOOK_MS; i++) {
      if (flooded) for (let n = 0; n < 50; n++) front.admit('203.0.113.7', false);
      now += LOOK_MS;
      context.mock.timers.tick(LOOK_MS);
    }
  };
  pass(5, true);
  assert.equal(front.patience, settings.busy_timeout);
  pass(60, false);
  assert.equal(front.patience, undefined);
  assert.deepEqual(told, [], 'it was short');
  pass(30, true);
  assert.deepEqual(told, ['fruitless']);
  pass(20, false);
  pass(30, true);
  assert.deepEqual(told, ['fruitless'], 'it came back soon: the same');
  pass(80, false);
  assert.deepEqual(told, ['fruitless', undefined]);
  front.close();
});
