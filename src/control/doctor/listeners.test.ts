import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configSchema } from '../../platform/config/schema.ts';
import { examineListeners } from './listeners.ts';

test('testers are told of, and proxies that are everybody', () => {
  const listener = { address: '127.0.0.1:25', roles: ['outbound'] };
  const states = (more: object) =>
    examineListeners(
      configSchema.parse({ node: { hostname: 'a.lu', data_dir: '/x' }, listener: [{ ...listener, ...more }] }),
    ).map(({ state }) => state);
  assert.deepEqual(states({}), []);
  assert.deepEqual(states({ proxies: ['10.0.0.0/8'] }), []);
  assert.deepEqual(states({ proxies: ['::/0'], testers: ['127.0.0.1'] }), ['warn', 'fault']);
});
