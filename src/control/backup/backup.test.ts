import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temp.ts';
import { until } from '../../../test/support/until.ts';
import type { StoreControl } from '../../mail/queue/operations.ts';
import { openQueueDatabase } from '../../mail/queue/sqlite/open-database.ts';
import { systemClock } from '../../platform/clock.ts';
import { createTestLog } from '../../platform/log.ts';
import type { Said } from '../../platform/sentence.ts';
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
    backup: { folder: backups, key_file: folder.file('backup.key'), interval: 86_400_000, keep: 8.64e11, pace: 100 },
    secrets: { previous_master_key_files: [] },
    queue: { low_water: 0 },
  });
  const parts = {
    config,
    clock: systemClock,
    log: createTestLog(),
    changes: { make: () => Promise.resolve() },
    store,
    alarms: () => ({ backup: (why: Said | undefined) => rung.push(why?.text) }),
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

test('backups in the folder that they copy are none: the plan says so, and it rings', async () => {
  await using folder = temporaryFolder('backup');
  const { backup, rung } = open(folder, folder.file('data', 'backups'), () => assert.fail('nothing is copied'));
  assert.equal(backup.plan().off_code, 'backups-in-data-folder');
  assert.match(backup.plan().off ?? '', /lies in node\.data_dir/);
  backup.look();
  assert.match(rung.at(-1) ?? '', /lies in node\.data_dir/);
  await backup.close();
});

test('old backups go although no new one comes about, which leaves nothing half made', async () => {
  await using folder = temporaryFolder('backup');
  for (const id of ['1990-01-01T00-00-00Z', '1990-01-02T00-00-00Z'])
    mkdirSync(folder.file('backups', id), { recursive: true });
  const store = { keep: () => Promise.reject(new Error('gone')) } as unknown as StoreControl;
  const { backup } = open(folder, folder.file('backups'), () => store);
  backup.look();
  await until('the old one gone', () => (readdirSync(folder.file('backups')).length === 1 ? true : undefined));
  assert.notEqual(backup.begin(RELAY_ACTOR, false).kind, 'off');
  await backup.idle();
  assert.equal(backup.state().state, 'failed');
  assert.deepEqual(readdirSync(folder.file('backups')), ['1990-01-02T00-00-00Z']);
  await backup.close();
});
