// Every operation of the OpenAPI document, as everybody: allowed or refused as the table says (api-roles.table.ts). What
// changes something is asked with a body that no operation takes: whoever may is told so (400), and nothing is done.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PERMISSIONS, type Permission } from '../../src/control/access/permissions.ts';
import type { OpenApiDocument, OperationObject } from '../../src/control/api/openapi.ts';
import { exampleOf } from '../../src/control/api/schema-fields.ts';
import {
  type Answer,
  type Call,
  type Caller,
  everybody,
  keysFor,
  OTHER,
  OWN,
  RolesWorld,
} from '../support/roles-world.ts';
import { ABOUT_NOBODY, DANGEROUS, FOREIGN_BODIES, QUERIES, ROLE_LETTERS, TABLE } from './api-roles.table.ts';

type Verdict = 'allowed' | 'refused' | 'absent';

interface Listed {
  id: string;
  method: string;
  path: string;
  operation: OperationObject;
}

const world = new RolesWorld();
let operations: Listed[];
let callers: Awaited<ReturnType<typeof everybody>>;
const keys = new Map<Permission, Awaited<ReturnType<typeof keysFor>>>();
const links: Caller[] = [];
let cases = 0;

before(async () => {
  await world.start();
  const answer = await world.ask(world.owner, { method: 'GET', path: '/api/v1/openapi.json' });
  const document = JSON.parse(answer.body) as OpenApiDocument;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  callers = await everybody(world);
  for (const permission of Object.keys(PERMISSIONS) as Permission[])
    keys.set(permission, await keysFor(world, permission));
  links.push(await world.link('onboarding'), await world.link('records'));
});
after(async () => {
  await world.end();
});

/** A request that only who asks can be refused for: reads as they are, changes with a body that is never taken. */
function harmless({ id, method, path, operation }: Listed): Call {
  const filled = fill(path, operation);
  if (method === 'GET') return { method, path: `${filled}${QUERIES[id] ?? ''}` };
  const [type = 'application/json'] = Object.keys(operation.requestBody?.content ?? {});
  const body = type === 'application/json' ? '{"no_such_field":true}' : '=';
  return { method, path: `${filled}${QUERIES[id] ?? ''}`, body, type };
}

function fill(path: string, operation: OperationObject): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const known = world.objects[name];
    if (known !== undefined) return known;
    const schema = operation.parameters?.find((one) => one.in === 'path' && one.name === name)?.schema ?? {};
    return encodeURIComponent(String(exampleOf(schema, name)));
  });
}

function verdictOf({ status, body }: Answer, what: string): Verdict {
  assert.ok(status < 500 || status === 503, `${what}: ${status} ${body}`);
  if (status === 401 || status === 403) return 'refused';
  return status === 404 ? 'absent' : 'allowed';
}

/** Tries a call; what is allowed to some may also find that there is nothing. */
async function tryAs(caller: Caller, call: Call, expected: 'allowed' | 'refused' | 'hidden'): Promise<Answer> {
  cases += 1;
  const what = `${call.method} ${call.path} as ${caller.name}`;
  const answer = await world.ask(caller, call);
  const verdict = verdictOf(answer, what);
  const fits =
    expected === 'refused' ? ['refused'] : expected === 'allowed' ? ['allowed', 'absent'] : ['refused', 'absent'];
  assert.ok(fits.includes(verdict), `${what}: expected ${expected}, got ${answer.status} ${answer.body.slice(0, 300)}`);
  return answer;
}

/** Nothing of the one customer may be in what another hears. */
function assertNothingOf(answer: Answer, what: string): void {
  const secrets = [OWN, world.objects['id'] ?? '', world.objects['webhook'] ?? '', world.objects['selector'] ?? ''];
  for (const secret of secrets)
    assert.ok(!answer.body.toLowerCase().includes(secret), `${what}: ${answer.body.slice(0, 400)}`);
}

describe('every operation as everybody', () => {
  test('the table has every operation, and no other', () => {
    const ids = operations.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id) => !(id in TABLE)),
      [],
      'operations that are missing from the table',
    );
    assert.deepEqual(
      Object.keys(TABLE).filter((id) => !ids.includes(id)),
      [],
      'the table has operations that there are not',
    );
  });

  test('the owner may everything but what is for people and links', async () => {
    for (const listed of operations) {
      const who = TABLE[listed.id] ?? '';
      // The operation would be carried out: it takes no body, and is for the owner to call.
      const expected = who === 'self' || who.startsWith('link') ? 'refused' : 'allowed';
      await tryAs(world.owner, harmless(listed), expected);
    }
  });

  test('people of the operator', async () => {
    for (const listed of operations) {
      const who = TABLE[listed.id] ?? '';
      for (const [role, caller] of callers.operator) {
        const letter = ROLE_LETTERS[role];
        const allowed = who === 'public' || who === 'self' || (!who.startsWith('link') && who.includes(letter));
        await tryAs(caller, harmless(listed), allowed ? 'allowed' : 'refused');
      }
    }
  });

  test('dangerous acts need a fresh proof', async () => {
    const told = operations.filter(({ operation }) => operation['x-step-up'] === true).map(({ id }) => id);
    assert.deepEqual(told.toSorted(), DANGEROUS.toSorted());
    for (const listed of operations) {
      const who = TABLE[listed.id] ?? '';
      if (who.startsWith('link')) continue;
      await tryAs(callers.notSteppedUp, harmless(listed), DANGEROUS.includes(listed.id) ? 'refused' : 'allowed');
    }
  });

  test('people of a customer, about their own', async () => {
    for (const listed of operations) {
      const who = TABLE[listed.id] ?? '';
      for (const [role, caller] of callers.own) {
        const letter = ROLE_LETTERS[role];
        const allowed = who === 'public' || who === 'self' || (!who.startsWith('link') && who.includes(letter));
        await tryAs(caller, harmless(listed), allowed ? 'allowed' : 'refused');
      }
    }
  });

  test('people of another customer see and reach nothing', async () => {
    for (const listed of operations) {
      const who = TABLE[listed.id] ?? '';
      const scope = listed.operation['x-scope'];
      for (const [role, caller] of callers.other) {
        const may = !who.startsWith('link') && who.includes(ROLE_LETTERS[role]);
        const what = `${listed.id} as ${caller.name}`;
        if (who === 'public' || who === 'self' || (may && ABOUT_NOBODY.has(listed.id))) {
          assertNothingOf(await tryAs(caller, harmless(listed), 'allowed'), what);
        } else if (!may) {
          assertNothingOf(await tryAs(caller, harmless(listed), 'refused'), what);
        } else if (scope === 'query') {
          assertNothingOf(await tryAs(caller, harmless(listed), 'allowed'), what);
          assertNothingOf(await tryAs(caller, namingOwn(listed), 'hidden'), `${what}, naming ${OWN}`);
        } else {
          assertNothingOf(await tryAs(caller, foreign(listed), 'hidden'), what);
        }
      }
    }
  });

  test('API keys: what their scopes say, and their customer', async () => {
    for (const listed of operations) {
      const who = TABLE[listed.id] ?? '';
      const permission = listed.operation['x-permission'] as Permission | undefined;
      const of = keys.get(permission ?? 'relay:read');
      assert.ok(of !== undefined);
      const scope = listed.operation['x-scope'];
      const call = harmless(listed);
      if (permission === undefined) {
        await tryAs(of.operator, call, who === 'public' ? 'allowed' : 'refused');
        continue;
      }
      await tryAs(of.operator, call, 'allowed');
      await tryAs(of.lacking, call, 'refused');
      await tryAs(of.ownLacking, call, 'refused');
      if (of.own === undefined || of.other === undefined) continue;
      await tryAs(of.own, call, scope === 'operator' ? 'refused' : 'allowed');
      if (scope === 'operator') await tryAs(of.other, call, 'refused');
      else if (ABOUT_NOBODY.has(listed.id)) await tryAs(of.other, call, 'allowed');
      else if (scope === 'query') {
        assertNothingOf(await tryAs(of.other, call, 'allowed'), `${listed.id} with a key of ${OTHER}`);
        await tryAs(of.other, namingOwn(listed), 'hidden');
      } else assertNothingOf(await tryAs(of.other, foreign(listed), 'hidden'), `${listed.id} with a key of ${OTHER}`);
    }
  });

  test('links open what they are for', async () => {
    for (const listed of operations) {
      const who = TABLE[listed.id] ?? '';
      for (const caller of links) {
        const kind = caller.name.replace('link ', '');
        const allowed = who === 'public' || (who.startsWith('link') && who.includes(kind));
        assertNothingOf(
          await tryAs(caller, harmless(listed), allowed ? 'allowed' : 'refused'),
          `${listed.id} as ${caller.name}`,
        );
      }
    }
  });

  test('nobody, whatever they pretend, gets what is public', async () => {
    for (const listed of operations) {
      const open = TABLE[listed.id] === 'public';
      for (const caller of callers.strangers) {
        // Credentials that are sent are meant: a wrong key is refused even where none is needed.
        const refused = !open || 'authorization' in caller.headers;
        assertNothingOf(
          await tryAs(caller, harmless(listed), refused ? 'refused' : 'allowed'),
          `${listed.id} as ${caller.name}`,
        );
      }
    }
  });

  test('how much was tried', (context) => {
    context.diagnostic(`${operations.length} operations, ${cases} cases`);
    assert.ok(cases > operations.length * 20, String(cases));
  });
});

/** The list, with the customer named that is not one's own. */
function namingOwn(listed: Listed): Call {
  const call = harmless(listed);
  return { ...call, path: `${call.path}${call.path.includes('?') ? '&' : '?'}customer=${OWN}` };
}

/** A request that would be carried out if it were one's own: ownership is found out by the handler. */
function foreign(listed: Listed): Call {
  const { id, method, operation } = listed;
  const call = harmless(listed);
  if (method === 'GET' || operation['x-scope'] !== 'object') return call;
  const asked = FOREIGN_BODIES[id];
  const ifMatch = operation.parameters?.some(({ name }) => name?.toLowerCase() === 'if-match') === true;
  const headers = ifMatch ? { headers: { 'if-match': '*' } } : {};
  const { body: _junk, type: _json, ...rest } = call;
  if (operation.requestBody === undefined) return { ...rest, ...headers };
  assert.ok(asked !== undefined, `${id} takes a body: say in FOREIGN_BODIES what would be carried out for its owner`);
  return { ...rest, ...headers, body: JSON.stringify(asked) };
}
