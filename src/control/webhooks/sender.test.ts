import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutsideHttp } from '../../network/outside-http.ts';
import { createTestLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { openDeliveries } from './deliveries.ts';
import { Sender } from './sender.ts';
import { makeSecret } from './signing.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

test('where it cannot be written what came of an event, it is not sent again and again', async () => {
  const deliveries = openDeliveries(':memory:', NOON);
  const about = { type: 'domain.created', customer: 'acme', source: 'control', line: 0, at: NOON };
  deliveries.add({ ...about, webhook: 'whk_1', event: 'evt_1', row: 1 }, NOON);
  const sent: string[] = [];
  const http: OutsideHttp = {
    post: async ({ headers }) => {
      sent.push(headers['webhook-id'] ?? '');
      return { kind: 'answered', status: 204, ms: 1 };
    },
    forget: () => {},
    close: () => {},
  };
  const sender = new Sender({
    deliveries,
    http: () => http,
    settings: () => assert.fail('nothing fails'),
    body: () => Buffer.from('{}'),
    now: () => NOON,
    random: () => 0.5,
    log: createTestLog(),
    news: () => assert.fail('no news'),
    metrics: createWebhookMetrics(createMetrics()),
  });
  for (const table of ['delivery', 'health']) {
    deliveries.db.exec(`create trigger full_${table} before update on ${table}
      begin select raise(abort, 'database or disk is full'); end`);
  }
  sender.set({
    id: 'whk_1',
    customer: 'acme',
    url: 'https://hooks.test/in',
    types: ['*'],
    thin: false,
    signing: 'hmac',
    secrets: [makeSecret('hmac').secret],
    state: 'active',
    madeAt: 0,
  });
  for (let n = 0; n < 5; n++) {
    await sleep(60);
    sender.tick();
  }
  deliveries.add({ ...about, webhook: 'whk_1', event: 'evt_2', row: 2 }, NOON);
  sender.wake('whk_1');
  await sleep(20);
  assert.deepEqual(sent, ['evt_1']);
  assert.equal(deliveries.waiting('whk_1'), 2, 'what was taken back does not count');
  deliveries.db.exec('drop trigger full_delivery');
  sender.tick();
  await sleep(100);
  assert.deepEqual(sent, ['evt_1', 'evt_2']);
  assert.equal(deliveries.waiting('whk_1'), 0);
  sender.close();
  deliveries.close();
});
