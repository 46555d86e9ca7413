import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openControlDatabase } from './control-database.ts';

const POOL = { name: 'standard', addresses: '[]', spf: null };

test('what is read waits for no change that is being made, and sees it once it is committed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'control-database-'));
  const database = openControlDatabase(join(folder, 'control.db'));
  const pools = async () => (await database.reads.selectFrom('pool').select('name').execute()).map(({ name }) => name);
  try {
    await database.db.transaction().execute(async (trx) => {
      await trx.insertInto('pool').values(POOL).execute();
      assert.deepEqual(await pools(), []);
    });
    assert.deepEqual(await pools(), ['standard']);
    await assert.rejects(database.reads.deleteFrom('pool').execute(), /readonly/);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
