import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { until } from '../../../test/support/until.ts';
import { systemClock } from '../../platform/clock.ts';
import { createTestLog } from '../../platform/log.ts';
import { createSecretBox } from '../../platform/secret-box.ts';
import { openControlDatabase } from '../database/control-database.ts';
import { emptyLog } from './empty-log.ts';
import { openPrivacy, type PrivacyParts } from './privacy.ts';

test('a store that cannot be read when requests are looked for ends nothing: they wait', async () => {
  await using folder = temporaryFolder('privacy');
  const database = openControlDatabase(folder.file('control.db'));
  const lines: string[] = [];
  const log = createTestLog((line) => lines.push(line));
  const config = () => ({
    node: { data_dir: folder.path },
    secrets: { master_key_lost: false },
    retention: { interval: 86_400_000 },
  });
  const parts = {
    database,
    changes: { make: () => Promise.reject(new Error('database or disk is full')) },
    clock: systemClock,
    log,
    config,
    secretBox: (purpose: string) => createSecretBox([new Uint8Array(32)], purpose),
    audit: { prune: () => Promise.resolve(0) },
  };
  const privacy = openPrivacy(parts as unknown as PrivacyParts);
  database.raw.exec('alter table privacy_request rename to not_there');
  await until('the look for requests', () => lines.find((line) => line.includes('requests about privacy wait')));
  await privacy.idle();
  await privacy.close();
  await database.close();
});

test('the log of the control store is emptied between two changes, never inside of one', async () => {
  await using folder = temporaryFolder('privacy');
  const database = openControlDatabase(folder.file('control.db'));
  const slow = database.db.transaction().execute(async (trx) => {
    await trx.deleteFrom('privacy_waiting').where('request', '=', 'x').execute();
    await sleep(50);
  });
  assert.equal(await emptyLog(database), true);
  await slow;
  await database.close();
});
