import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyOrder, orderBody, stepOfField } from '../../portal/src/pages/customers/register/order.ts';

test('what was left empty is left out of an order', () => {
  const body = orderBody({ ...emptyOrder(), name: 'Acme', domain: ' acme.lu ' });
  assert.deepEqual(Object.keys(body).sort(), [
    'contacts',
    'domain',
    'invite',
    'language',
    'name',
    'pools',
    'subscriptions',
  ]);
  assert.equal(body.domain, 'acme.lu');
});

test('an order has a contract once something of it was typed, and contacts without what they lack', () => {
  const order = emptyOrder();
  const body = orderBody({
    ...order,
    contract: { ...order.contract, number: 'C-1', starts: '2026-12-01' },
    contacts: [{ name: 'Ann', email: 'ann@acme.lu', phone: '', role: '' }],
  });
  assert.deepEqual(body.contract, { number: 'C-1', sla: 'standard', starts: '2026-12-01' });
  assert.deepEqual(body.contacts, [{ name: 'Ann', email: 'ann@acme.lu' }]);
});

test('a fault leads to the step on which it is mended', () => {
  const steps = ['name', 'body.contract.starts', 'pools.0', 'subscriptions.1.kind', 'contacts.0.email', 'else'];
  assert.deepEqual(steps.map(stepOfField), [0, 1, 2, 2, 3, 4]);
});
