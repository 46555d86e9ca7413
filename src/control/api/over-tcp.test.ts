import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { ApiWorld } from '../../../test/support/api-world.ts';
import { createAuthority } from '../../../test/support/certificates.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';

const world = new ApiWorld();
before(() => world.start());
after(() => world.end());

const key = (name: string) => ({ authorization: `Bearer ${name}` });
const json = { 'content-type': 'application/json' };

describe('HTTP over TCP', () => {
  test('health, readiness, metrics and the portal', async () => {
    const get = async (path: string, method = 'GET') => {
      const { status, body } = await world.askTcp(method, path);
      return [status, body];
    };
    assert.deepEqual(await get('/healthz'), [200, 'ok\n']);
    assert.deepEqual(await get('/readyz'), [200, 'ready\n']);
    assert.deepEqual(await get('/metrics'), [200, 'easymail_test 1\n']);
    assert.deepEqual(await get('/page'), [200, 'page']);
    assert.equal((await get('/elsewhere'))[0], 404);
    assert.equal((await get('/constructor'))[0], 404);
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

  test('HEAD and OPTIONS say what there is; another method is a 405', async () => {
    const head = await world.askTcp('HEAD', '/api/v1/queue', { headers: key('k4') });
    assert.deepEqual([head.status, head.body], [200, '']);
    const options = await world.askTcp('OPTIONS', '/api/v1/dkim/keys');
    assert.deepEqual([options.status, options.headers['allow']], [204, 'GET, HEAD, OPTIONS, POST']);
    const wrong = await world.askTcp('DELETE', '/api/v1/queue', { headers: key('k4') });
    assert.deepEqual([wrong.status, wrong.headers['allow']], [405, 'GET, HEAD, OPTIONS']);
    for (const path of ['/api/v1/queue/%', '/api', '/api/', '/api/v2', '//api/v1/queue', '/api/v1/../../etc/passwd']) {
      const { status } = await world.askTcp('GET', path, { headers: key('k4') });
      assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    }
  });

  test('an error of ours is told without its words; the log has them, under the same id', async () => {
    world.logged.length = 0;
    const counts = world.control.database.raw;
    counts.exec('alter table audit rename to secret_table');
    const answer = await world.askTcp('GET', '/api/v1/audit', { headers: key('k5') });
    counts.exec('alter table secret_table rename to audit');
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.body, /audit|table|sql/i);
    const id = String(answer.headers['x-request-id']);
    assert.ok(answer.body.includes(id));
    assert.ok(world.logged.some((line) => line.includes(id) && line.includes('no such table')));
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

describe('HTTP over TLS', () => {
  test('with a certificate that is read again while it runs; metrics are for those named', async () => {
    const folder = temporaryFolder('http-tls');
    const authority = await createAuthority(folder.path);
    const files = async (name: string) => {
      const { certificate, key } = await authority.issue(name, [name]);
      return { cert: readFileSync(certificate), key: readFileSync(key) };
    };
    const [first, second] = [await files('one.test'), await files('two.test')];
    const other = new ApiWorld();
    await other.start({ metrics_from: [], url: 'https://relay.test' }, first);
    const subject = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: other.port, rejectUnauthorized: false }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.end();
        });
        socket.on('error', reject);
      });
    assert.equal(await subject(), 'one.test');
    other.replaceCertificate(second);
    assert.equal(await subject(), 'two.test');
    assert.throws(() => other.replaceCertificate({ cert: Buffer.from('none'), key: Buffer.from('none') }));
    assert.equal(await subject(), 'two.test');
    const ask = (path: string) =>
      new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port: other.port, path, rejectUnauthorized: false }, (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, headers: response.headers });
        });
        call.on('error', reject);
        call.end();
      });
    assert.equal((await ask('/metrics')).status, 403);
    assert.match(String((await ask('/api/docs')).headers['strict-transport-security']), /max-age=31536000/);
    await other.end();
    folder.remove();
  });
});
