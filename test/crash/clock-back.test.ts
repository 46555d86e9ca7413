// The clock of the machine set back an hour under load. The relay runs under libfaketime, which changes the wall clock
// of all its threads in mid-run and leaves the monotonic clock alone, as an administrator's `date -s` does.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../support/processes.ts';
import { acmeProvision, apiGet, startRelay } from '../support/relay.ts';
import { temporaryFolder } from '../support/temp.ts';
import { startReceiver, startSender, unaccounted } from './witness.ts';

const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((triplet) => `/usr/lib/${triplet}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));
const skip = findProgram('faketime') === undefined || library === undefined ? 'not installed: faketime' : false;

/** What makes the relay's wall clock `offset` seconds off; the file may change while it runs. */
function clockOf(file: string, offset: string): Record<string, string> {
  writeFileSync(file, offset);
  return {
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** Greatest id of each relay thread; start and thread stand in these characters of an id. */
function greatest(ids: Iterable<string>): Map<string, string> {
  const last = new Map<string, string>();
  for (const id of ids) {
    const thread = id.slice(11, 14);
    if (id > (last.get(thread) ?? '')) last.set(thread, id);
  }
  return last;
}

test('the clock set back an hour under load: ids grow, mail and retries go on, an alarm rings', {
  skip,
}, async (context) => {
  await using temp = temporaryFolder('clock');
  await using receiver = await startReceiver();
  const clockFile = temp.file('offset');
  await using relay = await startRelay({
    folder: temp.file('relay'),
    apply: acmeProvision({ mailhost: { host: '127.0.0.1', port: receiver.port } }),
    env: clockOf(clockFile, '+0'),
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${receiver.port}`] }],
      retry: { first: '2s', factor: 1, longest: '2s' },
      alarm: { interval: '1s' },
    },
  });
  const sender = startSender({ port: relay.ports.outbound, sessions: 10 });
  await sleep(2500);
  const before = new Map(sender.noted);
  const sentBefore = new Set(sender.sent);
  writeFileSync(clockFile, '-3600');
  await relay.running.waitForLine(/went back by 3[56]\d\d s/, 15_000);
  await sleep(2500);
  await sender.stop();

  const later = [...sender.noted].filter(([number]) => !sentBefore.has(number));
  assert.ok(before.size > 50 && later.length > 50, `${before.size} messages before, ${later.length} after`);
  assert.equal(new Set(sender.noted.values()).size, sender.noted.size, 'every id is given once');
  const last = greatest(before.values());
  for (const [, id] of later) assert.ok(id > (last.get(id.slice(11, 14)) ?? ''), `${id} is not above the ids before`);

  assert.deepEqual(await unaccounted(sender, receiver), [], 'what was deferred before and after fell due');
  await relay.settled();
  const metrics = await (await fetch(`http://127.0.0.1:${relay.ports.http}/metrics`)).text();
  assert.match(metrics, /^easymail_alarm\{name="clock"\} 1$/m);

  const search = async (q: string) => {
    const { body } = await apiGet(relay.dataDir, `/api/v1/trace?limit=1000&q=${encodeURIComponent(q)}`);
    return (JSON.parse(body) as { entries: { id?: string }[] }).entries;
  };
  const some = (of: Iterable<[number, string]>) => [...of].filter((_, index) => index % 10 === 0);
  for (const [number, id] of [...some(before), ...some(later)]) {
    assert.ok(
      (await search(`from:n${number}@acme.test`)).some((entry) => entry.id === id),
      `the trace has ${id}`,
    );
  }
  context.diagnostic(`${before.size} noted before, ${later.length} after`);
});
