// Junk for every field of every operation: refused with the field's name, and nothing is changed by it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { JsonSchema, OpenApiDocument, OperationObject } from '../../src/control/api/openapi.ts';
import { exampleOf } from '../../src/control/api/schema-fields.ts';
import { type Answer, type Call, NEW, OWN, RolesWorld } from '../support/roles-world.ts';
import { QUERIES } from './api-roles.table.ts';

interface Listed {
  id: string;
  method: string;
  path: string;
  operation: OperationObject;
}

const world = new RolesWorld();
let operations: Listed[];

before(async () => {
  await world.start();
  const answer = await world.ask(world.owner, { method: 'GET', path: '/api/v1/openapi.json' });
  operations = Object.entries((JSON.parse(answer.body) as OpenApiDocument).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
});
after(() => world.end());

/** Text that reaches for files, shells, SQL, addresses inside, terminals and parsers. */
const TEXTS = [
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '/etc/passwd',
  '; rm -rf /',
  '$(touch /tmp/easymail-was-here)',
  "' or 1=1 --",
  '"; drop table customer; --',
  'http://169.254.169.254/latest/meta-data/',
  'file:///etc/passwd',
  '\u0000',
  'a\r\nX-Injected: yes',
  '\u202e\ud800',
  '__proto__',
  '{{7*7}}${7*7}',
  '<script>alert(1)</script>',
  '',
  'x'.repeat(5000),
];
/** Of another type than any text. */
const OTHERS = [-1, 1e308, 0.5, true, null, [], {}, [[[]]], { $ne: 1 }, [{ a: [1] }]];
/** What timers of the relay write by themselves. */
const BY_ITSELF = /^(check_|retention_|sqlite_)/;

/** Columns that a timer writes beside what people do: what DNS says of an address. */
const LOOKED = new Set(['findings', 'looked_at']);

/** Everything in the control database, as one hash a table. */
function dump(): Record<string, string> {
  const { raw } = world.relay.control.database;
  const tables = raw.prepare("select name from sqlite_master where type = 'table' order by name").all();
  const names = tables.map(({ name }) => String(name)).filter((name) => !BY_ITSELF.test(name));
  return Object.fromEntries(
    names.map((name) => {
      const hash = createHash('sha256');
      for (const row of raw.prepare(`select * from "${name}"`).iterate()) hash.update(JSON.stringify(row, plain));
      return [name, hash.digest('hex')];
    }),
  );
}

/** Tables that are not as they were. */
function changedSince(before: Record<string, string>): string[] {
  const now = dump();
  return Object.keys(now).filter((name) => now[name] !== before[name]);
}

function plain(key: string, value: unknown): unknown {
  if (LOOKED.has(key)) return undefined;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** Names of all files of the data folder, but for those that databases and the trace make by themselves. */
function files(): string[] {
  const all = readdirSync(world.dataDir, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => !/(-wal|-shm|-journal)$|^trace|^exports|audit-heads|^tmp/.test(name)).sort();
}

function fieldsOfProblem({ status, body }: Answer, what: string): string[] {
  assert.ok(status >= 400 && status < 500, `${what}: ${status} ${body.slice(0, 300)}`);
  const problem = JSON.parse(body) as {
    status: number;
    title: string;
    detail: string;
    errors?: { field: string; message: string }[];
  };
  assert.equal(problem.status, status, what);
  for (const { field, message } of problem.errors ?? []) assert.ok(field !== '' && message !== '', `${what}: ${body}`);
  return (problem.errors ?? []).map(({ field }) => field);
}

function pathOf({ path, operation }: Listed, instead: Record<string, string> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const given = instead[name];
    if (given !== undefined) return encodeURIComponent(given.isWellFormed() ? given : given.toWellFormed());
    const known = world.objects[name];
    if (known !== undefined) return known;
    const schema = operation.parameters?.find((one) => one.in === 'path' && one.name === name)?.schema ?? {};
    return encodeURIComponent(String(exampleOf(schema, name)));
  });
}

const namesIn = ({ operation }: Listed, place: 'path' | 'query') =>
  (operation.parameters ?? []).filter((one) => one.in === place).map(({ name = '' }) => name);

function bodySchema({ operation }: Listed): JsonSchema | undefined {
  return operation.requestBody?.content['application/json']?.schema;
}

/** A body with junk in one field, and one field too many: refused whatever the junk is. */
function junkBodies(schema: JsonSchema): { field: string; isText: boolean; body: object }[] {
  const whole = exampleOf(schema, '');
  const base = typeof whole === 'object' && whole !== null ? whole : {};
  const properties = schema.properties ?? schema.anyOf?.[0]?.properties ?? {};
  return Object.entries(properties).flatMap(([field, property]) => {
    const takesText = JSON.stringify(property).includes('"string"') || Object.keys(property).length === 0;
    return [...TEXTS, ...OTHERS].map((junk) => {
      const isText = typeof junk === 'string';
      const clear = isText ? !takesText : isOther(junk, property);
      return { field, isText: !clear, body: { ...base, [field]: junk, no_such_field: 1 } };
    });
  });
}

/** Whether the value is of no type that the schema takes. */
function isOther(value: unknown, schema: JsonSchema): boolean {
  const text = JSON.stringify(schema);
  if (value === null) return !text.includes('null') && Object.keys(schema).length > 0;
  const type = Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value;
  if (type === 'number') return !/"(number|integer)"/.test(text);
  return Object.keys(schema).length > 0 && !text.includes(`"${type}"`);
}

describe('junk', () => {
  test('in any field of a body is refused with all that is wrong, and changes nothing', async (context) => {
    const before = { tables: dump(), files: files() };
    let tried = 0;
    for (const listed of operations) {
      const schema = bodySchema(listed);
      if (schema === undefined) continue;
      for (const { field, isText, body } of junkBodies(schema)) {
        const call: Call = { method: listed.method, path: pathOf(listed), body: JSON.stringify(body) };
        const what = `${listed.id} ${JSON.stringify(body).slice(0, 200)}`;
        const fields = fieldsOfProblem(await world.ask(world.owner, { ...call, headers: { 'if-match': '*' } }), what);
        if (listed.operation.security?.length === 1 && !('key' in (listed.operation.security[0] ?? {}))) continue;
        assert.ok(fields.includes('no_such_field'), `${what}: ${fields.join(', ')}`);
        if (!isText)
          assert.ok(
            fields.some((one) => one === field || one.startsWith(`${field}.`)),
            `${what}: ${fields.join(', ')}`,
          );
        tried += 1;
      }
    }
    assert.ok(tried > 1000, String(tried));
    assert.deepEqual(files(), before.files);
    assert.deepEqual(changedSince(before.tables), []);
    context.diagnostic(`${tried} bodies`);
  });

  test('in a path or a query never gets further than an answer, and changes nothing', async (context) => {
    const before = { tables: dump(), files: files() };
    let tried = 0;
    for (const listed of operations) {
      const junkBody = listed.method === 'GET' ? {} : { body: '{"no_such_field":1}' };
      const calls: Call[] = [];
      for (const name of namesIn(listed, 'path')) {
        for (const junk of TEXTS.slice(0, -2))
          calls.push({ method: listed.method, path: pathOf(listed, { [name]: junk }), ...junkBody });
      }
      for (const name of namesIn(listed, 'query')) {
        for (const junk of TEXTS) {
          const query = new URLSearchParams({ [name]: junk }).toString();
          calls.push({
            method: listed.method,
            path: `${pathOf(listed)}${QUERIES[listed.id] ?? '?'}&${query}`,
            ...junkBody,
          });
        }
      }
      for (const call of calls) {
        tried += 1;
        const answer = await world.ask(world.owner, call);
        const what = `${call.method} ${call.path}`;
        assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.body.slice(0, 300)}`);
        assert.doesNotMatch(answer.body, /root:x:0|sqlite|node_modules|at .*\.ts:/i, what);
        assert.equal(answer.headers['x-injected'], undefined, what);
        if (answer.status === 400) assert.ok(fieldsOfProblem(answer, what).length > 0, `${what}: ${answer.body}`);
      }
    }
    assert.ok(tried > 1000, String(tried));
    assert.deepEqual(files(), before.files);
    assert.deepEqual(changedSince(before.tables), []);
    context.diagnostic(`${tried} paths and queries`);
  });

  test('as text that a field does take does no harm either', async (context) => {
    const before = files();
    let tried = 0;
    for (const listed of operations) {
      const schema = bodySchema(listed);
      if (schema === undefined || listed.id === 'makeBackup') continue;
      const whole = exampleOf(schema, '');
      for (const [field, property] of Object.entries(schema.properties ?? {})) {
        if (!JSON.stringify(property).includes('"string"')) continue;
        for (const junk of TEXTS) {
          tried += 1;
          const value = property.type === 'array' ? [junk] : junk;
          const body = JSON.stringify({ ...(whole as object), [field]: value });
          const path = pathOf(listed, { customer: NEW, webhook: 'none', user: 'none', key: 'none' });
          const call = { method: listed.method, path, body, headers: { 'if-match': '*' } };
          const answer = await world.ask(world.owner, call);
          assert.ok(
            answer.status < 500,
            `${listed.id} ${body.slice(0, 300)}: ${answer.status} ${answer.body.slice(0, 300)}`,
          );
        }
      }
    }
    context.diagnostic(`${tried} bodies`);
    const made = files().filter((name) => !before.includes(name));
    assert.deepEqual(
      made.filter((name) => /easymail-was-here|passwd/.test(name)),
      [],
    );
    assert.equal((await world.ask(world.owner, { method: 'GET', path: '/api/v1/status' })).status, 200);
    assert.equal((await world.relay.services.audit.verify()).ok, true);
  });

  test('too much of it: long, deep, of another kind, or no JSON at all', async () => {
    const tables = dump();
    const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
    for (const listed of operations) {
      if (bodySchema(listed) === undefined) continue;
      const path = pathOf(listed);
      const refuse = async (body: string, statuses: number[], type = 'application/json') => {
        const answer = await world.ask(world.owner, { method: listed.method, path, body, type });
        const isForOthers = answer.status === 403;
        assert.ok(
          isForOthers || statuses.includes(answer.status),
          `${listed.id}: ${answer.status} ${answer.body.slice(0, 200)}`,
        );
        if (!isForOthers) assert.ok(fieldsOfProblem(answer, listed.id).length > 0, `${listed.id} ${answer.body}`);
      };
      await refuse(`{"no_such_field":${deep}}`, [400]);
      await refuse(`{"no_such_field":"${'x'.repeat(1024 * 1024)}"}`, [400, 413]);
      await refuse('{"a":', [400]);
      await refuse('[]', [400]);
      await refuse('"text"', [400]);
      await refuse('{}', [415], 'text/html');
      await refuse('a=b', [415], 'application/x-www-form-urlencoded');
    }
    assert.deepEqual(changedSince(tables), []);
  });

  test('in header fields is no way in', async () => {
    const path = '/api/v1/status';
    const nobody = { name: 'nobody', headers: {} };
    for (const text of TEXTS.filter((one) => /^[\x20-\x7e]+$/.test(one))) {
      for (const name of ['authorization', 'cookie', 'x-forwarded-for', 'x-operator', 'origin', 'if-none-match']) {
        const { status } = await world.ask(nobody, { method: 'GET', path, headers: { [name]: text } });
        assert.equal(status, 401, `${name}: ${text}`);
      }
      const repeated = { method: 'POST', path: '/api/v1/queue/retry', body: '{"query":{"id":"0000000000000000"}}' };
      const { status } = await world.ask(world.owner, { ...repeated, headers: { 'idempotency-key': text } });
      assert.ok(status < 500, text);
    }
  });
});

describe('two writers at once', () => {
  /** Both have read the same version, and change it at once. */
  async function race(path: string, bodyOf: (n: number) => unknown): Promise<void> {
    for (let round = 0; round < 10; round++) {
      const read = await world.ask(world.owner, { method: 'GET', path });
      const etag = String(read.headers['etag']);
      assert.match(etag, /^"/, `${path}: ${read.status} ${read.body}`);
      const write = (n: number) =>
        world.ask(world.owner, {
          method: 'PATCH',
          path,
          body: JSON.stringify(bodyOf(round * 2 + n)),
          headers: { 'if-match': etag },
        });
      const answers = await Promise.all([write(0), write(1)]);
      assert.deepEqual(
        answers.map(({ status }) => status).sort((a, b) => a - b),
        [200, 412],
        `${path} ${answers[0].body} ${answers[1].body}`,
      );
      const winner = answers.find(({ status }) => status === 200);
      assert.notEqual(winner?.headers['etag'], etag);
      const now = await world.ask(world.owner, { method: 'GET', path });
      assert.equal(now.headers['etag'], winner?.headers['etag'], path);
      assert.equal((await write(0)).status, 412, 'what was read before is old');
    }
    const blind = await world.ask(world.owner, { method: 'PATCH', path, body: JSON.stringify(bodyOf(99)) });
    assert.equal(blind.status, 428);
    assert.ok(fieldsOfProblem(blind, path).includes('If-Match'));
  }

  test('of a webhook, a person, a pool, a customer and an entry: one wins, the other is told', async () => {
    const user = await world.person('customer_viewer', OWN);
    assert.ok(user.name !== '');
    await race(`/api/v1/webhooks/${world.objects['webhook']}`, (n) => ({ description: `version ${n}` }));
    await race(`/api/v1/users/${world.objects['user']}`, (n) => ({ name: `Ann ${n}` }));
    await race('/api/v1/pools/standard', (n) => ({ spf: `_spf${n}.relay.test`, reason: 'race' }));
    await race(`/api/v1/customers/${OWN}`, (n) => ({ name: `Acme ${n}` }));
    await race(`/api/v1/customers/${NEW}/entry`, (n) => ({ domains: [{ name: `d${n}.initech.test` }] }));
  });

  test('with one Idempotency-Key: the thing is done once', async () => {
    const body = JSON.stringify({ name: 'once', scopes: ['queue:read'] });
    const headers = { 'idempotency-key': 'only-once' };
    const call = { method: 'POST', path: '/api/v1/keys', body, headers };
    const answers = await Promise.all([1, 2, 3, 4].map(() => world.ask(world.owner, call)));
    assert.ok(
      answers.every(({ status }) => status === 201 || status === 409),
      answers.map(({ status }) => status).join(),
    );
    const again = await world.ask(world.owner, call);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    const { key } = JSON.parse(again.body) as { key: string };
    const { raw } = world.relay.control.database;
    assert.equal(raw.prepare("select count(*) as n from api_key where name = 'once'").get()?.['n'], 1);
    // What was shown once is kept sealed.
    const kept = raw.prepare("select answer from idempotency_key where key = 'only-once'").get()?.['answer'];
    assert.ok(kept instanceof Uint8Array && !Buffer.from(kept).includes(key));
    const other = await world.ask(world.owner, { ...call, body: body.replace('once', 'twice') });
    assert.equal(other.status, 422);
    const nobody = { name: 'nobody', headers: {} };
    const stranger = await world.ask(nobody, { method: 'POST', path: '/api/v1/session/sign-in', body: '{}', headers });
    assert.ok(fieldsOfProblem(stranger, 'sign-in').includes('Idempotency-Key'));
  });
});
