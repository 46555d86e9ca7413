import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AccessWorld } from '../../../test/support/access-world.ts';
import { createTestLog } from '../../platform/log.ts';
import type { StageListener } from '../customers/customers.ts';
import { openNamedAdministrators } from './named-administrators.ts';

describe('administrators that a customer named', () => {
  const world = new AccessWorld();
  before(() => world.start());
  after(() => world.end());

  test('are invited once the entry is approved and the portal is open, not earlier, and not twice', async () => {
    const customer = await world.customer('acme');
    const state = { portal: 'approved', stage: 'submitted' };
    const administrators = [
      { name: 'Amy', email: 'amy@acme.test', role: 'customer_administrator', language: 'de' },
      { name: 'Bad', email: 'no address', role: 'customer_viewer', language: 'en' },
      { name: 'Bob', email: 'bob@acme.test', role: 'customer_viewer', language: 'en' },
    ];
    const listeners: StageListener[] = [];
    const customers = {
      get: async () => state,
      entry: async () => ({ entry: { administrators } }),
      onStage: (listener: StageListener) => (listeners.push(listener), () => {}),
    } as never;
    const named = openNamedAdministrators({ customers, users: world.access.users, log: createTestLog() });
    const invited = async () => {
      const rows = await world.access.users.list({ customer, limit: 10 });
      return rows.map(({ name, role, state }) => [name, role, state]);
    };
    await named.invite({ who: 'desk@example.lu' }, customer);
    assert.deepEqual(await invited(), [], 'nobody has approved the names');
    state.stage = 'approved';
    state.portal = 'requested';
    await named.invite({ who: 'desk@example.lu' }, customer);
    assert.deepEqual(await invited(), [], 'the portal is not open');
    state.portal = 'approved';
    for (let at = 0; at < 2; at++) {
      for (const listen of listeners) listen({ customer, from: 'submitted', to: 'approved', at: 0 });
      await named.close();
    }
    assert.deepEqual(await invited(), [
      ['amy@acme.test', 'customer_administrator', 'invited'],
      ['bob@acme.test', 'customer_viewer', 'invited'],
    ]);
    assert.deepEqual(
      world.mails.map(({ to, language }) => [to, language]),
      [
        ['amy@acme.test', 'de'],
        ['bob@acme.test', 'en'],
      ],
    );
  });
});
