// Days of the trace go when their time is over; mail of such a day that still waits does not.

import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'smol-toml';
import { systemClock } from '../../src/platform/clock.ts';
import { loadConfig } from '../../src/platform/config/load.ts';
import { createLog } from '../../src/platform/log.ts';
import { startRelay as buildRelay } from '../../src/start/relay.ts';
import { countsOf, eventsOf, queued, sendOne, waitForEvent } from '../support/mail.ts';
import { type RelayOptions, relayConfig, startRelay } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;

test('a day past `trace.retention` is dropped whole; queued mail of that day stays and is delivered', async () => {
  await using folder = temporaryFolder('retention');
  await using receiver = await startReceiver({ rcpt: (to) => (to.includes('later') ? '451 4.2.1 later' : '250 ok') });
  const options: RelayOptions = {
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`], tls: 'none' }],
      retry: { first: '1h', longest: '1h' },
      trace: { retention: '7d' },
      log: { level: 'error' },
    },
  };
  const first = await startRelay(options);
  const done = await sendOne(first.ports.outbound, 'bob@now.test');
  const waiting = await sendOne(first.ports.outbound, 'bob@later.test');
  await waitForEvent(first.dataDir, done, 'message.recipient.delivered');
  await waitForEvent(first.dataDir, waiting, 'message.recipient.deferred');
  // What the trace has not acknowledged is told to it again at the next start, and brings its day back.
  await until('the outbox to be empty', async () =>
    (await countsOf(first.dataDir)).events_pending === 0 ? true : undefined,
  );
  await first.stop();
  const days = () => readdirSync(join(first.dataDir, 'trace')).filter((name) => /^\d{4}-\d\d-\d\d\./.test(name));
  assert.notEqual(days().length, 0);

  // The same folder, ten days later.
  const file = folder.file('later.toml');
  writeFileSync(file, stringify(relayConfig(options, first.ports)));
  const loaded = loadConfig(file);
  assert.ok(loaded.ok);
  const relay = await buildRelay(loaded.config, {
    clock: { ...systemClock, now: () => Date.now() + 10 * DAY_MS },
    log: createLog({ level: 'error', thread: 'main' }),
    fatal: (code) => assert.fail(`the relay ended itself with ${code}`),
    drained: () => undefined,
  });
  try {
    await until('the day to be dropped', () => (days().length === 0 ? true : undefined));
    assert.deepEqual(await eventsOf(first.dataDir, done), []);
    assert.ok(await queued(first.dataDir, waiting));
    receiver.script = {};
    await relay.threads.store.apply({ verb: 'retry', query: {} });
    await until('the delivery', () =>
      receiver.messages.find(({ rcpts }) => rcpts.some((rcpt) => rcpt.includes('bob@later.test'))),
    );
    await until('the queue to be empty', async () =>
      (await queued(first.dataDir, waiting)) === undefined ? true : undefined,
    );
  } finally {
    await relay.stop(1000);
  }
});
