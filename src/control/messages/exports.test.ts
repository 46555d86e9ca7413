// Exports that fail for now, and others beside them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { until } from '../../../test/support/until.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import { createTestLog } from '../../platform/log.ts';
import type { Principal } from '../access/principal.ts';
import { createChanges } from '../changes.ts';
import { openControlDatabase } from '../database/control-database.ts';
import { MessageExports } from './exports.ts';

const OWNER: Principal = { kind: 'owner', who: 'root' };

test('an export that fails for now is tried again later, and nobody waits for it', async () => {
  const folder = temporaryFolder('exports');
  const database = openControlDatabase(folder.file('control.db'));
  let ahead = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead };
  const changes = createChanges({
    database,
    clock,
    inTurn: (one) => one(),
    publish: () => Promise.resolve(),
    eventsWritten: () => {},
  });
  let faults = 1;
  const exports = new MessageExports({
    database,
    changes,
    clock,
    log: createTestLog(),
    reader: {
      searchRows: (query) => {
        if (query.startsWith('from:bad') && faults-- > 0) return Promise.reject(new Error('the disk is busy'));
        return Promise.resolve({ kind: 'ok', value: { rows: [] } });
      },
    },
    directory: { domain: () => undefined },
    config: () => ({ node: { data_dir: folder.path }, queue: { low_water: 1 }, retention: { exports: 1 } }) as Config,
  });
  const make = (query: string) => exports.make(OWNER, { query, customer: undefined, columns: ['to'] });
  const stateOf = async (id: string) => (await exports.get(OWNER, id)).row.state;
  const isDone = async (id: string) => ((await stateOf(id)) === 'done' ? true : undefined);
  try {
    const bad = await make('from:bad@acme.test');
    const good = await make('from:good@acme.test');
    await until('the other to be done', () => isDone(good.row.id));
    assert.equal(await stateOf(bad.row.id), 'queued');
    ahead = 61_000;
    await make('from:later@acme.test');
    await until('it to be done too', () => isDone(bad.row.id));
  } finally {
    await exports.close();
    await database.close();
    folder.remove();
  }
});
