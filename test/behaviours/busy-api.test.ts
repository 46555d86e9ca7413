// Who runs the relay can look at its queue whatever the load is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownSink, postfixSource } from '../../bench/tools.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { apiGet, startRelay } from '../support/relay.ts';
import { temporaryFolder } from '../support/temp.ts';

const MESSAGES = Number(process.env['EASYMAIL_BUSY_MESSAGES'] ?? 6000);

const percentile = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;

test('at full load the API behind `queue` answers within 200 ms', {
  skip: skipWithoutPrograms(['smtp-source']),
}, async (context) => {
  await using temp = temporaryFolder('busy');
  await using sink = await ownSink();
  await using relay = await startRelay({
    folder: temp.path,
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${sink.port}`] }] },
  });
  const load = { over: false };
  const sending = postfixSource({ port: relay.ports.outbound, sessions: 50, messages: MESSAGES, reuse: true }).finally(
    () => (load.over = true),
  );
  const times: Record<string, number[]> = { '/api/v1/queue': [], '/api/v1/queue/recipients?limit=100': [] };
  let underLoad = 0;
  for (let round = 0; round < 50 && !load.over; round++) {
    for (const [path, taken] of Object.entries(times)) {
      const begun = performance.now();
      const { status } = await apiGet(relay.dataDir, path);
      taken.push(performance.now() - begun);
      assert.equal(status, 200);
    }
    if (!load.over) underLoad++;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await sending;
  assert.ok(underLoad >= 20, `only ${underLoad} rounds fell into the load`);
  for (const [path, taken] of Object.entries(times)) {
    const [median, p95] = [percentile(taken, 0.5), percentile(taken, 0.95)];
    context.diagnostic(`${path}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms of ${taken.length}`);
    assert.ok(median < 200, `${path}: median ${median.toFixed(1)} ms`);
  }
  await relay.settled();
});
