import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temp.ts';
import type { StoreControl } from '../../mail/queue/operations.ts';
import { openQueueDatabase } from '../../mail/queue/sqlite/open-database.ts';
import { systemClock } from '../../platform/clock.ts';
import { createTestLog } from '../../platform/log.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { type BackupParts, type BackupService, openBackup } from './backup.ts';

interface World {
  backup: BackupService;
  /** What the alarm says; empty: it rings not. */
  rung: (string | undefined)[];
}

function open(folder: TemporaryFolder, backups: string, store: () => StoreControl): World {
  const rung: World['rung'] = [];
  const dataDir = folder.file('data');
  mkdirSync(folder.file('data', 'trace'), { recursive: true });
  openQueueDatabase(folder.file('data', 'queue.db')).close();
  writeFileSync(folder.file('backup.key'), randomBytes(32));
  const config = () => ({
    node: { data_dir: dataDir, hostname: 'relay.test' },
    backup: { folder: backups, key_file: folder.file('backup.key'), interval: 86_400_000, keep: 1e12, pace: 100 },
    secrets: { previous_master_key_files: [] },
    queue: { low_water: 0 },
  });
  const parts = {
    config,
    clock: systemClock,
    log: createTestLog(),
    changes: { make: () => Promise.resolve() },
    store,
    alarms: () => ({ backup: (why: string | undefined) => rung.push(why) }),
  };
  return { backup: openBackup(parts as unknown as BackupParts), rung };
}

test('a store thread that was started anew while it should have kept everything: no backup', async () => {
  await using folder = temporaryFolder('backup');
  const stores = ['first', 'second'].map(() => ({ keep: () => Promise.resolve() }) as unknown as StoreControl);
  let [running] = stores;
  const { backup, rung } = open(folder, folder.file('backups'), () => running ?? assert.fail('no store'));
  const made = async () => {
    assert.deepEqual(backup.begin(RELAY_ACTOR, false), { kind: 'begun' });
    await backup.idle();
    return backup.state();
  };
  assert.equal((await made()).state, 'done');
  const keep = () => {
    running = stores[1];
    return Promise.resolve();
  };
  Object.assign(stores[0] ?? {}, { keep });
  await sleep(1100); // its name is the second in which it was begun
  const state = await made();
  assert.match(JSON.stringify(state), /"state":"failed".*store thread is being started again/);
  assert.match(rung.at(-1) ?? '', /could not be made/);
  await backup.close();
});

test('a folder of backups that cannot be read rings, and ends nothing', async () => {
  await using folder = temporaryFolder('backup');
  writeFileSync(folder.file('no-folder'), 'x');
  const { backup, rung } = open(folder, folder.file('no-folder'), () => assert.fail('nothing is copied'));
  backup.look();
  assert.match(rung.at(-1) ?? '', /cannot be read/);
  await backup.close();
});
