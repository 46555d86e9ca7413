import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { type Answer, ApiWorld, KNOWN_ID as ID } from '../../../test/support/api-world.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);
const world = new ApiWorld();
const { verbs, folder } = world;

before(() => world.start());
after(() => world.end());

const ask: ApiWorld['ask'] = (...of) => world.ask(...of);
const post: ApiWorld['post'] = (...of) => world.post(...of);
const apply = (text: string, query = '', headers: Record<string, string> = {}) =>
  ask('POST', `/api/v1/apply${query}`, { body: text, headers: { 'content-type': 'application/toml', ...headers } });

interface ProblemBody {
  status: number;
  title: string;
  detail: string;
  errors?: { field: string; message: string; line?: number }[];
}

function problem(answer: Answer, status: number): ProblemBody {
  assert.equal(answer.status, status, answer.body);
  assert.match(answer.type, /^application\/problem\+json/);
  const body = JSON.parse(answer.body) as ProblemBody;
  assert.equal(body.status, status);
  return body;
}

describe('API on the socket', () => {
  test('only its owner may open it', () => {
    const { mode } = statSync(join(folder, 'api.sock'));
    assert.equal(mode & 0o777, 0o600);
  });

  test('counts of the queue', async () => {
    const answer = await ask('GET', '/api/v1/queue');
    assert.equal(answer.status, 200);
    const counts = { queued: 1, deferred: 2, held: 3, quarantined: 4, events_pending: 5 };
    assert.deepEqual(JSON.parse(answer.body), counts);
  });

  test('lists, with cursors', async () => {
    assert.match((await ask('GET', '/api/v1/queue/recipients?customer=acme&limit=5')).body, /x@y\.test/);
    assert.deepEqual(JSON.parse((await ask('GET', '/api/v1/trace?q=from:a')).body), {
      entries: [{ cursor: 'c1', id: ID, at: '2026-01-01T00:00:00.000Z', recipients: [] }],
      next: 'c1',
    });
  });

  test('what is not there is 404 and says where else to look', async () => {
    assert.match(problem(await ask('GET', `/api/v1/queue/messages/${ID}`), 404).detail, /trace/);
    assert.match(problem(await ask('GET', '/api/v1/trace/messages/bbbbbbbbbbbbbbbbbb'), 404).detail, /retention/);
    assert.match(problem(await ask('GET', '/api/v1/nothing'), 404).detail, /docs/);
  });

  test('the verbs of the queue reach it, with who asked', async () => {
    verbs.length = 0;
    const body = { query: { customer: 'acme' }, note: 'why' };
    const answer = await post('/api/v1/queue/hold', body, { 'x-operator': 'ann' });
    assert.deepEqual(JSON.parse(answer.body), { changed: 7, busy: 0 });
    await post('/api/v1/queue/reroute', { query: { id: ID }, hosts: ['[::1]:25', 'mx.test'] });
    assert.deepEqual(verbs, [
      { verb: 'hold', query: { customer: 'acme' }, reason: { kind: 'operator', note: 'why', by: 'ann' } },
      { verb: 'reroute', query: { id: ID }, hosts: ['[::1]:25', 'mx.test'], by: 'operator' },
    ]);
  });

  test('the whole queue is only meant where that is said', async () => {
    const refused = problem(await post('/api/v1/queue/remove', { query: {} }), 422);
    assert.equal(refused.errors?.[0]?.field, 'query');
    assert.equal((await post('/api/v1/queue/remove', { query: {}, all: true })).status, 200);
  });

  test('bad input names the field and what is allowed', async () => {
    const list = problem(await ask('GET', '/api/v1/queue/recipients?status=lost&limit=0&colour=red'), 400);
    const fields = list.errors?.map(({ field }) => field) ?? [];
    for (const field of ['status', 'limit', 'colour']) assert.ok(fields.includes(field), JSON.stringify(list));
    const reroute = problem(await post('/api/v1/queue/reroute', { query: { id: ID } }), 422);
    assert.equal(reroute.errors?.[0]?.field, 'hosts');
    assert.equal(problem(await post('/api/v1/queue/burn', {}), 400).errors?.[0]?.field, 'verb');
    assert.equal(problem(await ask('GET', '/api/v1/trace?q=since:never'), 400).errors?.[0]?.field, 'q');
    const json = await ask('POST', '/api/v1/queue/hold', {
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(problem(json, 400).errors?.[0]?.field, 'body');
    problem(await ask('POST', '/api/v1/queue/hold', { body: 'x', headers: { 'content-type': 'image/png' } }), 415);
  });

  test('a search that takes too long, and a thread that is gone, are 503', async () => {
    assert.match(problem(await ask('GET', '/api/v1/trace?q=slow'), 503).detail, /narrow/);
    world.storeGone = true;
    problem(await ask('GET', '/api/v1/queue'), 503);
    world.storeGone = false;
  });

  test('apply: done, repeated, refused with lines', async () => {
    const file = '[[customer]]\nid = "one"\ndomains = [{ name = "one.test", verified = true }]\n';
    const dry = JSON.parse((await apply(file, '?dry_run=true')).body) as { changes: unknown[] };
    assert.equal(dry.changes.length, 1);
    assert.equal((JSON.parse((await apply(file)).body) as { changes: unknown[] }).changes.length, 1);
    assert.equal((JSON.parse((await apply(file)).body) as { changes: unknown[] }).changes.length, 0);
    const refused = problem(await apply('[[customer]]\nid = "two"\ndomains = [{ name = "one.test" }]\n'), 422);
    assert.deepEqual(
      refused.errors?.map(({ line, field }) => [line, field]),
      [[3, 'customer.0.domains']],
    );
  });

  test('an Idempotency-Key gives the first answer again, and is for one request only', async () => {
    const file = '[[customer]]\nid = "idem"\n';
    const first = await apply(file, '', { 'idempotency-key': 'k1' });
    const second = await apply(file, '', { 'idempotency-key': 'k1' });
    assert.equal(second.body, first.body);
    assert.equal(second.headers['idempotency-replayed'], 'true');
    const other = await apply(`${file}name = "x"\n`, '', { 'idempotency-key': 'k1' });
    assert.equal(problem(other, 422).errors?.[0]?.field, 'Idempotency-Key');
    verbs.length = 0;
    const retries = [1, 2, 3].map(() =>
      post('/api/v1/queue/retry', { query: { id: ID } }, { 'idempotency-key': 'k2' }),
    );
    const statuses = (await Promise.all(retries)).map(({ status }) => status);
    assert.ok(
      statuses.every((status) => status === 200 || status === 409),
      String(statuses),
    );
    assert.equal(verbs.length, 1);
  });

  test('a customer is suspended for two reasons, and goes on when both are gone', async () => {
    await apply('[[customer]]\nid = "bad"\n');
    verbs.length = 0;
    const first = JSON.parse((await post('/api/v1/customers/bad/suspensions', { reason: 'spam' })).body) as {
      id: number;
    };
    const second = JSON.parse((await post('/api/v1/customers/bad/suspensions', { reason: 'virus' })).body) as {
      id: number;
    };
    const state = async () => (JSON.parse((await ask('GET', '/api/v1/customers/bad')).body) as { state: string }).state;
    const lift = (id: number) => post(`/api/v1/customers/bad/suspensions/${id}/lift`, { reason: 'cleaned' });
    assert.equal(await state(), 'suspended');
    assert.deepEqual(JSON.parse((await lift(first.id)).body), { standing: 1 });
    assert.equal(await state(), 'suspended');
    assert.deepEqual(JSON.parse((await lift(second.id)).body), { standing: 0 });
    assert.equal(await state(), 'live');
    problem(await lift(second.id), 404);
    problem(await post('/api/v1/customers/nobody/suspensions', { reason: 'spam' }), 404);
    problem(await post('/api/v1/customers/bad/suspensions', {}), 400);
    assert.deepEqual(
      verbs.map(({ verb }) => verb),
      ['suspend', 'suspend', 'resume'],
    );
    const audit = (await ask('GET', '/api/v1/audit?object=customer%20bad&limit=2')).body;
    assert.match(audit, /"action":"customer.resumed".*"action":"customer.resumed"/s);
  });

  test('explain: the whole decision, or the refusal', async () => {
    await apply(
      '[[customer]]\nid = "ex"\nsources = ["192.0.2.9"]\ndomains = [{ name = "ex.test", verified = true }]\n',
    );
    const ok = (await ask('GET', '/api/v1/explain?ip=192.0.2.9&from=a@ex.test&to=b@out.test')).body;
    const { verdict, customer, route, addresses } = JSON.parse(ok) as Record<string, unknown>;
    assert.deepEqual([verdict, customer], ['outbound', 'ex']);
    assert.deepEqual(route, {
      ends: 'bounce',
      cause: 'null-mx',
      words: { cause: { code: 'kind-alone', values: { kind: 'null-mx' } } },
    });
    assert.deepEqual(addresses, [{ pool: 'standard', ip: '192.0.2.1', hostname: 'out1.test' }]);
    const refused = (await ask('GET', '/api/v1/explain?ip=192.0.2.8&from=a@ex.test&to=b@out.test')).body;
    assert.match(refused, /"at":"rcpt","name":"relayDenied","reply":"550 5\.7\.1/);
    assert.match(
      (await ask('GET', '/api/v1/explain?ip=192.0.2.8&from=%3C%3E&to=b@ex.test')).body,
      /"verdict":"inbound"/,
    );
    assert.equal(problem(await ask('GET', '/api/v1/explain?ip=x&from=a@b.test&to=b'), 400).errors?.length, 2);
  });

  test('OpenAPI 3.1 names every operation', async () => {
    const document = JSON.parse((await ask('GET', '/api/v1/openapi.json')).body) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId?: string }>>;
    };
    assert.match(document.openapi, /^3\.1/);
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    assert.ok(ids.length > 13);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every((id) => id !== undefined));
  });

  test('any input is answered with 2xx or 4xx, and problems name a field', async () => {
    const part = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('acme', ID, '', '%', '\u0000', '0', '-1', '1e9', '<>'),
    );
    const paths = ['queue/recipients', 'trace', 'explain', 'audit', 'queue/destinations', `queue/messages/${ID}`];
    const names = ['q', 'limit', 'after', 'before', 'customer', 'id', 'status', 'ip', 'from', 'to', 'x'];
    const json = fc.jsonValue({ maxDepth: 3 });
    const query = fc.dictionary(fc.constantFrom(...names), part, { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), query, json, part, async (path, given, body, raw) => {
        const got = await ask('GET', `/api/v1/${path}?${new URLSearchParams(given).toString()}`);
        const posted = await post(`/api/v1/queue/hold`, body);
        const applied = await apply(raw);
        for (const answer of [got, posted, applied]) {
          assert.ok(answer.status < 500, `${path} ${JSON.stringify(given)} ${JSON.stringify(body)}: ${answer.body}`);
          if (answer.status !== 400) continue;
          const errors = problem(answer, 400).errors ?? [];
          assert.ok(
            errors.length > 0 && errors.every(({ field, message }) => field !== '' && message !== ''),
            answer.body,
          );
        }
      }),
      { numRuns: RUNS },
    );
  });
});
