import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CustomerId, QueueId } from '../../mail/message.ts';
import { createTestLog } from '../../platform/log.ts';
import type { StageListener } from '../customers/customers.ts';
import { openControlDatabase } from '../database/control-database.ts';
import { startStageNotices } from './stage-notices.ts';

test('a customer is told of its way to live, and of nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stages-'));
  const database = openControlDatabase(join(folder, 'control.db'));
  const contacts = JSON.stringify([{ name: 'Anna', email: 'anna@world.test' }, { name: 'no address' }]);
  database.raw
    .prepare(
      `insert into account (id, name, language, stage, stage_at, registered_at, pools, contacts)
       values ('acme', 'Acme', 'fr', 'submitted', 0, 0, '[]', ?)`,
    )
    .run(contacts);
  database.raw
    .prepare(
      `insert into transition (customer, "from", "to", at, who, why) values ('acme', 'submitted', 'invited', 0, 'op', 'no MX')`,
    )
    .run();
  let listener: StageListener = () => assert.fail('nobody listens');
  const told: string[] = [];
  const notices = startStageNotices({
    database,
    log: createTestLog(),
    customers: {
      onStage: (given) => {
        listener = given;
        return () => {};
      },
    },
    notices: {
      tell: async (kind, to, values) => {
        told.push(`${kind} ${to.address} ${to.language} ${JSON.stringify(values)}`);
        if (kind === 'entry_submitted') throw new Error('the queue is full');
        return { kind: 'sent', id: 'x' as QueueId };
      },
    },
  });
  const customer = 'acme' as CustomerId;
  listener({ customer, from: 'registered', to: 'invited', at: 0 });
  listener({ customer, from: 'invited', to: 'submitted', at: 0 });
  listener({ customer, from: 'submitted', to: 'invited', at: 0 });
  listener({ customer, from: 'submitted', to: 'approved', at: 0 });
  listener({ customer, from: 'approved', to: 'verifying', at: 0 });
  listener({ customer, from: 'verifying', to: 'live', at: 0 });
  listener({ customer, from: 'notice', to: 'live', at: 0 });
  await notices.close();
  assert.deepEqual(told, [
    'entry_submitted anna@world.test fr {"customer":"Acme","by":"Acme"}',
    'entry_returned anna@world.test fr {"customer":"Acme","reason":"no MX"}',
    'entry_approved anna@world.test fr {"customer":"Acme"}',
    'customer_live anna@world.test fr {"customer":"Acme","domains":""}',
  ]);
  await database.close();
  rmSync(folder, { recursive: true });
});
