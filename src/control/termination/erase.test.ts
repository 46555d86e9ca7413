import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openControlDatabase } from '../database/control-database.ts';
import { CUSTOMER_TABLES } from './erase.ts';

test('every table that names a customer says what becomes of its rows at a removal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'erase-'));
  const database = openControlDatabase(join(folder, 'control.db'));
  try {
    const named = database.raw
      .prepare(
        `select m.name from sqlite_master m join pragma_table_info(m.name) c
         where m.type = 'table' and c.name = 'customer' order by m.name`,
      )
      .all()
      .map((row) => String(row['name']));
    assert.deepEqual(named, Object.keys(CUSTOMER_TABLES).sort());
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
