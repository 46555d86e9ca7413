import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { createTestLog } from '../../platform/log.ts';
import { openControlDatabase } from '../database/control-database.ts';
import { recordEvents } from '../events/control-events.ts';
import { DAY, endpointAt, startReceiver, until } from './testing/webhook-world.ts';
import { createThreadHost } from './thread-host.ts';

test('a thread that ends is started again, with what is known then, and goes on where it was', async (t) => {
  const folder = temporaryFolder('webhook-thread');
  await using receiver = await startReceiver();
  mkdirSync(join(folder.path, 'trace'));
  const control = openControlDatabase(join(folder.path, 'control.db'));
  let restarts = 0;
  const host = createThreadHost({
    log: createTestLog(),
    news: () => assert.fail(),
    restarted: () => (restarts += 1),
    data: () => ({
      role: 'webhooks',
      folder: folder.path,
      logLevel: 'error',
      dns: { servers: [{ host: '127.0.0.1', port: 9 }], timeoutMs: 100 },
      settings: {
        allowPrivate: true,
        ca: receiver.ca,
        backlog: 100,
        backlogTotal: 1000,
        pauseAfterMs: DAY,
        logKeptMs: DAY,
        traceKeptMs: DAY,
      },
      endpoints: [endpointAt(receiver, { url: `https://127.0.0.1:${receiver.port}/` })],
      begun: 0,
    }),
  });
  t.after(async () => {
    await host.close();
    await control.close();
    folder.remove();
  });
  await assert.rejects(host.ask('figures', { webhooks: ['whk_1'] }), 'it does not run yet');
  host.start();
  const happens = async (domain: string) => {
    await recordEvents(control.db, [{ type: 'domain.created', customer: 'acme', data: { domain } }], Date.now());
    host.tell({ op: 'grew', sources: ['control'] });
  };
  await happens('one.test');
  await until(() => receiver.received.length === 1);
  const first = host.worker;
  await first?.terminate();
  await happens('two.test');
  // The first may come twice: what became of it was perhaps not written yet.
  await until(() => receiver.ids().size === 2);
  // The repeated first may well come after the second.
  assert.ok(receiver.received.some(({ event }) => event.data['domain'] === 'two.test'));
  assert.notEqual(host.worker, first);
  assert.equal(restarts, 1);
  let waiting: number | undefined;
  for (let tries = 0; waiting !== 0 && tries < 100; tries++) {
    waiting = (await host.ask('figures', { webhooks: ['whk_1'] }))[0]?.waiting;
    await sleep(20);
  }
  assert.equal(waiting, 0);
  await host.close();
  await assert.rejects(host.ask('figures', { webhooks: [] }));
});
