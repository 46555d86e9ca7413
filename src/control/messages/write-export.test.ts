import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temp.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { MessageExportRow } from './tables.ts';
import { type WriteParts, writeExport } from './write-export.ts';

const ROW: MessageExportRow = {
  id: 'exp_0',
  owner: 'user:u',
  who: 'u',
  customer: null,
  query: '',
  columns: '["to"]',
  subjects: 0,
  state: 'running',
  rows: 0,
  octets: null,
  cut: 0,
  tries: 1,
  asked_at: 1000,
  ended_at: null,
  fault: null,
};

test('an export leaves the mail its room on the disk, and leaves no file of its own there', async () => {
  const folder = temporaryFolder('export');
  const write = (lowWater: number) => {
    const parts: WriteParts = {
      reader: { searchRows: () => Promise.resolve({ kind: 'ok', value: { rows: [] } }) },
      directory: { domain: () => undefined },
      config: () => ({ queue: { low_water: lowWater } }) as Config,
    };
    const path = folder.file('export.csv');
    return writeExport(parts, ROW, { path, signal: new AbortController().signal, onProgress: () => {} });
  };
  await assert.rejects(write(Number.MAX_SAFE_INTEGER), { message: 'no_room' });
  assert.equal(existsSync(folder.file('export.csv')) || existsSync(folder.file('export.csv.new')), false);
  assert.equal((await write(1)).rows, 0);
  folder.remove();
});
