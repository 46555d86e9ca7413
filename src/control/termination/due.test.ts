import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import { createTestLog } from '../../platform/log.ts';
import { createSecretBox } from '../../platform/secret-box.ts';
import { CustomerWorld } from '../customers/testing/world.ts';
import { doWhatIsDue } from './due.ts';
import type { TerminationParts } from './parts.ts';
import { todayOf } from './steps.ts';

/** More than are looked at in one stretch. */
const WAITING = 501;

test('customers whose removal waits for their queue do not stand in the way of those behind them', async () => {
  const w = new CustomerWorld();
  try {
    const { database, changes, directory } = w.control;
    const parts = {
      database,
      changes,
      directory,
      clock: { now: () => w.now, monotonic: () => 0 },
      log: createTestLog(),
      config: () => w.config,
      customers: w.customers,
      box: createSecretBox([Buffer.alloc(32, 1)], 'certificates'),
      freshResolver: () => assert.fail('nothing is looked for'),
      reader: {
        queueList: async ({ customer }: { customer: string }) => ({
          kind: 'ok',
          value: { entries: customer === 'last' ? [] : [{ status: 'held' }] },
        }),
      },
    } as unknown as TerminationParts;
    const today = todayOf(parts);
    const account = database.raw.prepare(
      `insert into account (id, name, language, stage, stage_at, registered_at, pools, contacts)
       values (?, 'A', 'en', 'deactivated', 1, 1, '[]', '[]')`,
    );
    const end = database.raw.prepare(
      `insert into termination (customer, name, language, cause, reason, by, ended, noticed, deactivation, removal, begun_at,
         deactivated_at, looked_at, gone_at, readers)
       values (?1, 'A', 'en', 'operator', 'r', 'b', ?2, ?2, ?2, ?2, 1, 1, 1, 1, '[]')`,
    );
    for (const id of [...Array.from({ length: WAITING }, (_, i) => `c${i}`), 'last']) {
      account.run(id);
      end.run(id, today);
    }
    assert.equal(await doWhatIsDue(parts), true);
    assert.equal(await w.customers.stage('last' as CustomerId), 'removed');
    assert.equal(await w.customers.stage('c0' as CustomerId), 'deactivated');
  } finally {
    await w.end();
  }
});
