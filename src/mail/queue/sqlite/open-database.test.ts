import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temp.ts';
import { assertQueueNotNewer, openQueueDatabase } from './open-database.ts';

test('a queue of a newer program is refused before anything starts; ours and a missing one are not', async () => {
  await using folder = temporaryFolder('queue-version');
  const path = folder.file('queue.db');
  assertQueueNotNewer(path);
  openQueueDatabase(path).close();
  assertQueueNotNewer(path);
  const database = new DatabaseSync(path);
  database.exec('pragma user_version = 9999');
  database.close();
  assert.throws(() => assertQueueNotNewer(path), /the queue is of version 9999, this program knows up to \d+/);
});
