import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AccessWorld, type Administrator, type Browser, firstAdministrator, invite } from '../support/access-world.ts';

const HOUR = 3_600_000;

const keyOf = (browser: Browser, key: unknown) => {
  browser.headers = { authorization: `Bearer ${String(key)}`, origin: '' };
  return browser;
};

describe('who may make whom what', () => {
  const world = new AccessWorld({ access: { second_factor: [] } });
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
    await world.customer('acme');
    await world.customer('globex');
  });
  after(() => world.end());

  test('roles of the operator that administer nobody cannot invite, change or remove', async () => {
    const me = (await admin.browser.get('/session')).body['user'] as unknown as { id: string };
    for (const role of ['mail_engineer', 'service_desk', 'auditor', 'data_protection_officer']) {
      const { browser } = await invite(world, admin.browser, { email: `${role}@example.lu`, role });
      const invited = await browser.post('/users', { email: 'x@example.lu', role: 'administrator' });
      assert.equal(invited.status, 403, role);
      assert.equal(
        (await browser.ask('PATCH', `/users/${me.id}`, { role: 'auditor' }, { 'if-match': '*' })).status,
        403,
      );
      assert.equal((await browser.ask('DELETE', `/users/${me.id}`)).status, 403, role);
      assert.equal((await browser.post('/keys', { name: 'k', scopes: ['relay:read'] })).status, 403, role);
    }
  });

  test('nobody changes what it may do itself, and one administrator stays', async () => {
    const me = (await admin.browser.get('/session')).body['user'] as unknown as { id: string };
    const change = (browser: Browser, id: string, body: object) =>
      browser.ask('PATCH', `/users/${id}`, body, { 'if-match': '*' });
    assert.equal((await change(admin.browser, me.id, { role: 'auditor' })).status, 403);
    assert.equal((await admin.browser.ask('DELETE', `/users/${me.id}`)).status, 403);
    const second = await invite(world, admin.browser, { email: 'second@example.lu', role: 'administrator' });
    const { access } = world;
    const owner = { kind: 'owner', who: 'root' } as const;
    await access.users.remove(owner, second.id, 'revoke');
    assert.equal((await second.browser.get('/session')).status, 401, 'sessions end with their person');
    for (const last of [
      () => access.users.remove(owner, me.id, 'revoke'),
      () => access.users.change(owner, me.id, { role: 'auditor' }, { any: true }),
      () => access.users.change(owner, me.id, { disabled: true }, { any: true }),
    ]) {
      await assert.rejects(last(), /last administrator/);
    }
    assert.equal((await admin.browser.get('/session')).status, 200);
  });

  test('two administrators who remove each other at once leave one', async () => {
    const other = await invite(world, admin.browser, { email: 'rival@example.lu', role: 'administrator' });
    const me = (await admin.browser.get('/session')).body['user'] as unknown as { id: string };
    const owner = { kind: 'owner', who: 'root' } as const;
    const both = await Promise.allSettled([
      world.access.users.change(owner, other.id, { disabled: true }, { any: true }),
      world.access.users.change(owner, me.id, { disabled: true }, { any: true }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  });

  test('a customer’s administrator gives roles of its customer alone, and sees nobody else', async () => {
    const owner = { email: 'amy@acme.test', role: 'customer_administrator', customer: 'acme' };
    const { browser } = await invite(world, admin.browser, owner);
    const stranger = { email: 'gus@globex.test', role: 'customer_administrator', customer: 'globex' };
    const { id: gus } = await invite(world, admin.browser, stranger);
    const tries: [object, number][] = [
      [{ email: 'x@acme.test', role: 'administrator' }, 403],
      [{ email: 'x@acme.test', role: 'auditor' }, 403],
      [{ email: 'x@acme.test', role: 'customer_member', customer: 'globex' }, 404],
      [{ email: 'ben@acme.test', role: 'customer_member' }, 201],
    ];
    for (const [body, status] of tries) {
      assert.equal((await browser.post('/users', body)).status, status, JSON.stringify(body));
    }
    const seen = (await browser.get('/users')).body['entries'] as unknown as { email: string; customer: string }[];
    assert.deepEqual(
      seen.map(({ email }) => email),
      ['amy@acme.test', 'ben@acme.test'],
    );
    type Role = { role: string; side: string; may_give: boolean; second_factor: boolean };
    const roles = async (by: typeof browser) => (await by.get('/roles')).body['entries'] as unknown as Role[];
    assert.deepEqual(
      (await roles(browser)).map(({ role, may_give }) => `${role} ${may_give}`),
      ['customer_administrator true', 'customer_member true', 'customer_viewer true'],
    );
    const all = await roles(admin.browser);
    assert.deepEqual([all.length, all.every(({ may_give }) => may_give)], [8, true]);
    assert.equal(
      all.some(({ second_factor }) => second_factor),
      false,
      'as this relay is configured',
    );
    assert.deepEqual(
      ((await browser.get('/users?text=ben&state=invited')).body['entries'] as unknown as unknown[]).length,
      1,
      'a part of the address',
    );
    assert.equal((await browser.get('/users?text=_en%25')).text.includes('ben@'), false, 'signs are no patterns');
    assert.equal((await browser.get('/users?customer=globex')).status, 404);
    for (const path of [`/users/${gus}`, `/users/${gus}/sessions`]) assert.equal((await browser.get(path)).status, 404);
    assert.equal((await browser.ask('DELETE', `/users/${gus}`)).status, 404);
    assert.equal((await browser.ask('DELETE', `/users/${gus}/sessions`)).status, 404);
    assert.equal((await browser.ask('DELETE', `/users/${gus}/second-factors`)).status, 404);
    const elsewhere = await browser.post('/users', { email: 'gus@globex.test', role: 'customer_member' });
    assert.deepEqual([elsewhere.status, elsewhere.text.includes('globex')], [409, false]);
  });

  test('without an approved portal nobody of the customer gets in, and a removed customer takes its people along', async () => {
    await world.customer('quiet', 'requested');
    const invited = await admin.browser.post('/users', {
      email: 'quinn@quiet.test',
      role: 'customer_viewer',
      customer: 'quiet',
    });
    assert.equal(invited.status, 201);
    const redeem = () =>
      world.browser().post('/invitations/redeem', {
        token: world.token('invitation', 'quinn@quiet.test'),
        password: 'a quiet long password',
      });
    assert.equal((await redeem()).status, 403);
    await world.customer('quiet');
    const browser = world.browser();
    assert.equal((await redeem()).status, 200);
    const given = { email: 'quinn@quiet.test', password: 'a quiet long password' };
    assert.equal((await browser.post('/session/sign-in', given)).status, 200);
    await world.customer('quiet', 'none');
    assert.equal((await browser.get('/session')).status, 401);
    assert.equal((await browser.post('/session/sign-in', given)).status, 403);
    await world.customer('quiet');
    await world.control.changes.make({ who: 'tester' }, async (trx) => ({
      result: undefined,
      audit: await world.access.removeOf(trx, 'quiet'),
    }));
    assert.equal((await browser.get('/session')).status, 401);
    assert.equal((await browser.post('/session/sign-in', given)).status, 401);
  });

  test('a changed role ends sessions, a change of what was changed meanwhile is refused', async () => {
    const { browser, id, password } = await invite(world, admin.browser, { email: 'rob@example.lu', role: 'auditor' });
    const { headers } = await admin.browser.get(`/users/${id}`);
    const change = (body: object, tag?: string) =>
      admin.browser.ask('PATCH', `/users/${id}`, body, tag === undefined ? {} : { 'if-match': tag });
    assert.equal((await change({ role: 'service_desk' })).status, 428);
    assert.equal((await change({ role: 'service_desk' }, String(headers['etag']))).status, 200);
    assert.equal((await change({ role: 'auditor' }, String(headers['etag']))).status, 412);
    assert.equal((await change({ role: 'customer_viewer' }, '*')).status, 422, 'of no customer');
    assert.equal((await browser.get('/session')).status, 401);
    assert.equal((await browser.post('/session/sign-in', { email: 'rob@example.lu', password })).status, 200);
    assert.equal((await change({ disabled: true }, '*')).status, 200);
    assert.equal((await browser.get('/session')).status, 401);
    assert.equal((await browser.post('/session/sign-in', { email: 'rob@example.lu', password })).status, 401);
  });
});

describe('API keys', () => {
  const world = new AccessWorld({ access: { second_factor: [] } });
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
    await world.customer('acme');
    await world.customer('globex');
  });
  after(() => world.end());

  test('a key does no more than its maker, now and later, and ends with it', async () => {
    const { browser, id } = await invite(world, admin.browser, { email: 'kim@example.lu', role: 'administrator' });
    const made = await browser.post('/keys', { name: 'all of it', scopes: ['users:read', 'relay:read'] });
    const program = keyOf(world.browser(), made.body['key']);
    assert.equal((await program.get('/users')).status, 200);
    const role = (role: string) => admin.browser.ask('PATCH', `/users/${id}`, { role }, { 'if-match': '*' });
    await role('service_desk');
    assert.equal((await program.get('/users')).status, 403, 'a service desk reads no users');
    assert.equal((await program.get('/queue')).status, 200);
    const shown = (await admin.browser.get(`/keys/${made.body['id']}`)).body;
    assert.deepEqual([shown['scopes'], shown['effective_scopes']], [['relay:read', 'users:read'], ['relay:read']]);
    const disable = (disabled: boolean) =>
      admin.browser.ask('PATCH', `/users/${id}`, { disabled }, { 'if-match': '*' });
    assert.equal((await disable(true)).status, 200);
    assert.equal((await program.get('/queue')).status, 403, 'its maker may do nothing now');
    assert.equal((await disable(false)).status, 200);
    assert.equal((await program.get('/queue')).status, 200);
    assert.equal((await admin.browser.ask('DELETE', `/users/${id}`)).status, 200);
    assert.equal((await program.get('/queue')).status, 401);
  });

  test('a key of somebody who left goes on where it was taken over', async () => {
    const { browser, id } = await invite(world, admin.browser, { email: 'lea@example.lu', role: 'administrator' });
    const made = await browser.post('/keys', { name: 'kept', scopes: ['relay:read'] });
    assert.equal((await admin.browser.ask('DELETE', `/users/${id}?keys=take_over`)).status, 200);
    assert.equal((await keyOf(world.browser(), made.body['key']).get('/queue')).status, 200);
  });

  test('a key of a customer stays with it; keys make no keys, and give no more than they hold', async () => {
    const { browser } = await invite(world, admin.browser, {
      email: 'amy@acme.test',
      role: 'customer_administrator',
      customer: 'acme',
    });
    const make = (body: object) => browser.post('/keys', { name: 'k', ...body });
    const never = await make({ scopes: ['pools:write', 'relay:operate'] });
    assert.equal(never.status, 403);
    assert.match(never.text, /pools:write, relay:operate/);
    assert.equal((await make({ scopes: ['users:read'], customer: 'globex' })).status, 404);
    const made = await make({ scopes: ['users:read', 'users:write', 'keys:read', 'keys:write'] });
    assert.deepEqual([made.status, made.body['customer']], [201, 'acme']);
    const program = keyOf(world.browser(), made.body['key']);
    assert.equal((await program.get('/users?customer=globex')).status, 404);
    const users = (await program.get('/users')).body['entries'] as unknown as { customer: string }[];
    assert.ok(users.length > 0 && users.every(({ customer }) => customer === 'acme'));
    assert.equal((await program.post('/keys', { name: 'child', scopes: ['users:read'] })).status, 403);
    const more = { email: 'zoe@acme.test', role: 'customer_administrator' };
    assert.equal((await program.post('/users', more)).status, 403, 'the role can do more than the key');
    const foreign = await admin.browser.post('/keys', { name: 'other', scopes: ['users:read'], customer: 'globex' });
    assert.equal((await program.get(`/keys/${foreign.body['id']}`)).status, 404);
    assert.equal((await program.ask('DELETE', `/keys/${foreign.body['id']}`)).status, 404);
    const operators = await admin.browser.post('/keys', { name: 'x', scopes: ['pools:read'], customer: 'acme' });
    assert.equal(operators.status, 422, 'no customer holds that');
  });

  test('keys that people of a customer made rest while its portal is closed; those of the operator go on', async () => {
    await world.customer('shut');
    const { browser } = await invite(world, admin.browser, {
      email: 'sam@shut.test',
      role: 'customer_administrator',
      customer: 'shut',
    });
    const own = await browser.post('/keys', { name: 'own', scopes: ['users:read'] });
    const desk = await admin.browser.post('/keys', { name: 'desk', scopes: ['users:read'], customer: 'shut' });
    const programs = [own, desk].map(({ body }) => keyOf(world.browser(), body['key']));
    const statuses = () => Promise.all(programs.map(async (program) => (await program.get('/users')).status));
    assert.deepEqual(await statuses(), [200, 200]);
    await world.customer('shut', 'none');
    assert.deepEqual(await statuses(), [401, 200]);
    await world.customer('shut');
    assert.deepEqual(await statuses(), [200, 200]);
  });

  test('a key ends when its time is over, and its last use is known', async () => {
    const expires = new Date(world.clock.now() + HOUR / 2).toISOString();
    const made = await admin.browser.post('/keys', { name: 'short', scopes: ['relay:read'], expires_at: expires });
    const program = keyOf(world.browser('203.0.113.77'), made.body['key']);
    assert.equal((await program.get('/queue')).status, 200);
    await world.restart();
    const shown = (await admin.browser.get(`/keys/${made.body['id']}`)).body;
    assert.equal(shown['last_from'], '203.0.113.77');
    world.moved += HOUR / 2 + 1;
    assert.equal((await program.get('/queue')).status, 401);
    const past = await admin.browser.post('/session/step-up', { password: admin.password });
    assert.equal(past.status, 200);
    const late = await admin.browser.post('/keys', { name: 'x', scopes: ['relay:read'], expires_at: expires });
    assert.deepEqual([late.status, late.text.includes('expires_at')], [422, true]);
  });

  test('what is faulty is named, all at once, and nothing is made', async () => {
    const count = async () => ((await admin.browser.get('/keys')).body['entries'] as unknown as unknown[]).length;
    const before = await count();
    const bad = await admin.browser.post('/keys', { name: '', scopes: ['root'], networks: ['10.0.0.0/99'], extra: 1 });
    assert.equal(bad.status, 400);
    for (const field of ['name', 'scopes', 'networks', 'extra']) assert.ok(bad.text.includes(field), bad.text);
    assert.equal(await count(), before);
  });
});
