import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temp.ts';
import { openSqliteEngine } from '../../../mail/queue/sqlite-engine.ts';
import { enqueue, sampleMessage } from '../../../mail/queue/testing/queue-samples.ts';
import { lookAtBodies } from './look-at-files.ts';

test('bodies of held mail are known by their message, whatever follows its id', async () => {
  await using folder = temporaryFolder('look-bodies');
  const queue = folder.file('queue.db');
  const engine = openSqliteEngine({ path: queue, expireAfterMs: 1000 });
  const bodies = folder.file('bodies');
  mkdirSync(join(bodies, 'aa'), { recursive: true });
  const now = Date.now();
  const old = (name: string) => {
    writeFileSync(join(bodies, name), 'x');
    utimesSync(join(bodies, name), new Date(now - 48 * 3_600_000), new Date(now - 48 * 3_600_000));
  };
  for (const suffix of ['', '.sealed']) {
    const message = sampleMessage();
    message.body = { kind: 'file', name: `aa/${message.meta.id}${suffix}` };
    await enqueue(engine, message);
    old(message.body.name);
  }
  assert.deepEqual(lookAtBodies(bodies, queue, now).findings, []);
  old('aa/0123456789abcdefg.sealed');
  assert.equal(lookAtBodies(bodies, queue, now).findings[0]?.count, 1);
  await engine.close();
});
