// The disk really full: a small tmpfs, which takes root to mount.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { createTestLog } from '../../platform/log.ts';
import type { NewMessage } from './queue.ts';
import { createQueueClient } from './relay-client.ts';
import { startStoreThread } from './store-thread.ts';
import { outcomes, sampleMessage, settlementOf } from './testing/queue-samples.ts';

function mountSmallDisk(): { directory: string; unmount: () => void } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'easymail-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', directory]);
  if (mounted.status !== 0) {
    rmdirSync(directory);
    return undefined;
  }
  const unmount = () => {
    spawnSync('umount', ['-l', directory]);
    rmdirSync(directory);
  };
  return { directory, unmount };
}

describe('disk full', () => {
  it('new mail gets `full`, nothing answered is lost, and it goes on when there is room', async (context) => {
    const disk = mountSmallDisk();
    if (disk === undefined) return context.skip('a small tmpfs cannot be mounted here: that takes root');
    const faults: unknown[] = [];
    const store = startStoreThread(
      {
        dataDir: disk.directory,
        threads: 1,
        lowWater: 0,
        expireAfterMs: 3_600_000,
        delayAfterMs: 1_800_000,
        suppressedHoldMs: 3_600_000,
        contentKeys: [],
        connections: 20,
      },
      { log: createTestLog(), fatal: (error) => void faults.push(error) },
    );
    const { port1, port2 } = new MessageChannel();
    store.attachRelay(port1, 0);
    const client = createQueueClient({ port: port2, thread: 0, log: createTestLog() });
    try {
      const filler = join(disk.directory, 'filler');
      const { bavail, bsize } = statfsSync(disk.directory);
      writeFileSync(filler, new Uint8Array(bavail * bsize - 2 * 1024 ** 2));
      const kept: { message: NewMessage; row: number }[] = [];
      let refused = 0;
      while (refused === 0) {
        const message = sampleMessage({ body: { kind: 'inline', bytes: new Uint8Array(60_000) } });
        const result = await client.enqueue(message);
        if (result.kind === 'accepted') kept.push({ message, row: result.row });
        else if (result.kind === 'full') refused += 1;
        else assert.fail(result.kind);
      }
      const settled = kept.map(({ message, row }) => client.settle(settlementOf(message, { row }, outcomes.delivered)));
      await wait(50);
      rmSync(filler);
      assert.ok((await Promise.all(settled)).every(Boolean));
      for (let i = 0; client.full && i < 300; i++) await wait(10);
      const after = await client.enqueue(sampleMessage());
      assert.equal(after.kind, 'accepted');
      assert.deepEqual(faults, []);
    } finally {
      client.close();
      await store.stop();
      disk.unmount();
    }
  });
});
