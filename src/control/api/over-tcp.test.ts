import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApiWorld } from '../../../test/support/api-world.ts';

const world = new ApiWorld();
before(() => world.start());
after(() => world.end());

const key = (name: string) => ({ authorization: `Bearer ${name}` });
const json = { 'content-type': 'application/json' };

describe('HTTP over TCP', () => {
  test('health, readiness, metrics and the page', async () => {
    const get = async (path: string, method = 'GET') => {
      const { status, body } = await world.askTcp(method, path);
      return [status, body];
    };
    assert.deepEqual(await get('/healthz'), [200, 'ok\n']);
    assert.deepEqual(await get('/readyz'), [200, 'ready\n']);
    assert.deepEqual(await get('/metrics'), [200, 'easymail_test 1\n']);
    assert.deepEqual(await get('/caught'), [200, 'caught']);
    assert.equal((await get('/'))[0], 404);
    assert.equal((await get('/metrics', 'POST'))[0], 405);
    world.storeGone = true;
    assert.deepEqual(await get('/readyz'), [503, 'the store thread is gone\n']);
    world.storeGone = false;
  });

  test('nobody gets nothing, wrong credentials too; a name of the owner means nothing here', async () => {
    const nobody = await world.askTcp('GET', '/api/v1/queue', { headers: { 'x-operator': 'ann' } });
    assert.equal(nobody.status, 401);
    assert.equal(nobody.headers['www-authenticate'], 'Bearer');
    for (const authorization of ['Bearer wrong', 'Basic YTpi', 'Link abc', 'Link', 'operator']) {
      const { status } = await world.askTcp('GET', '/api/v1/queue', { headers: { authorization } });
      assert.equal(status, 401, authorization);
    }
    assert.equal((await world.askTcp('GET', '/api/v1/queue', { headers: key('k1') })).status, 200);
  });

  test('every answer has its id, and tells browsers to do nothing with it', async () => {
    const { headers } = await world.askTcp('GET', '/api/v1/queue', { headers: key('k2') });
    assert.match(String(headers['x-request-id']), /^[0-9a-f]{24}$/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.equal(headers['access-control-allow-origin'], undefined);
  });

  test('pages of other sites change nothing', async () => {
    const change = (headers: Record<string, string>) =>
      world.askTcp('POST', '/api/v1/queue/retry', {
        body: '{"all":true}',
        headers: { ...json, ...key('k3'), ...headers },
      });
    assert.equal((await change({ origin: 'https://evil.test' })).status, 403);
    assert.equal((await change({ 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await change({ origin: 'null' })).status, 403);
    assert.equal((await change({ origin: 'http://localhost:8025' })).status, 200);
    assert.equal((await change({})).status, 200);
  });

  test('requests are counted by caller, and those of nobody by address', async () => {
    const all = await Promise.all(
      Array.from({ length: 70 }, () => world.askTcp('GET', '/api/v1/status', { headers: key('many') })),
    );
    const refused = all.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 8 && refused.length <= 10, String(refused.length));
    assert.match(String(all[0]?.headers['ratelimit']), /^"caller";r=\d+;t=\d+$/);
    assert.equal(all[0]?.headers['ratelimit-policy'], '"caller";q=60;w=60');
    assert.match(String(refused[0]?.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal(JSON.parse(refused[0]?.body ?? '').status, 429);
    assert.equal((await world.askTcp('GET', '/api/v1/status', { headers: key('another') })).status, 200);
    // Guessing uses up the requests of the address; whoever has a key goes on.
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => world.askTcp('GET', '/api/v1/status', { headers: key('wrong') })),
    );
    assert.ok(guesses.some(({ status }) => status === 429));
    assert.equal((await world.askTcp('GET', '/api/v1/openapi.json')).status, 429);
    assert.equal((await world.askTcp('GET', '/api/v1/status', { headers: key('another') })).status, 200);
  });
});
