import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AccessWorld,
  type Administrator,
  firstAdministrator,
  invite,
  signIn,
  totpAt,
} from '../support/access-world.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WRONG = 'not the right one';

describe('the first administrator', () => {
  const world = new AccessWorld();
  before(() => world.start());
  after(() => world.end());

  test('link, password, app, sign-out, sign-in, step-up, a key, its use and its end', async () => {
    const { browser, email, password, secret, recoveryCodes } = await firstAdministrator(world);
    assert.equal(recoveryCodes.length, 10);
    assert.equal((await browser.get('/queue')).status, 200);
    assert.equal((await browser.ask('DELETE', '/session')).status, 204);
    assert.equal((await browser.get('/session')).status, 401);

    world.moved += MINUTE;
    const first = await browser.post('/session/sign-in', { email: email.toUpperCase(), password });
    assert.deepEqual([first.status, first.body['state']], [200, 'second_factor']);
    assert.deepEqual(first.body['ways'], ['totp', 'recovery_code']);
    const code = totpAt(secret, world.clock.now());
    const second = await browser.post('/session/second-factor', { ticket: first.body['ticket'], code });
    assert.deepEqual([second.status, second.body['state']], [200, 'signed_in'], second.text);
    const again = await browser.post('/session/sign-in', { email, password, code });
    assert.equal(again.status, 401, 'a code works once');

    world.moved += 11 * MINUTE;
    const wanted = { name: 'monitoring', scopes: ['relay:read'], networks: ['203.0.113.0/24'] };
    const early = await browser.post('/keys', wanted);
    assert.equal(early.status, 403);
    assert.match(String(early.body['detail']), /step-up/);
    assert.equal(early.body['type'], 'urn:easymail:problem:step-up-needed');
    const before = browser.cookies.get('easymail-session');
    assert.equal((await browser.post('/session/step-up', { password: 'not this one at all' })).status, 422);
    assert.equal((await browser.post('/session/step-up', { password })).status, 200);
    assert.notEqual(browser.cookies.get('easymail-session'), before, 'a new token');
    const made = await browser.post('/keys', wanted);
    assert.equal(made.status, 201, made.text);
    const key = String(made.body['key']);
    assert.match(key, /^emk_[\w-]{43}$/);

    const program = world.browser('203.0.113.5');
    program.headers = { authorization: `Bearer ${key}`, origin: '' };
    assert.equal((await program.get('/queue')).status, 200);
    assert.equal((await program.get('/users')).status, 403, 'beyond its scopes');
    program.from = '203.0.114.5';
    assert.equal((await program.get('/queue')).status, 401, 'from elsewhere');
    assert.equal((await program.get('/openapi.json')).status, 401, 'a wrong key is refused wherever it comes');
    program.from = '203.0.113.5';

    const shown = await browser.get(`/keys/${made.body['id']}`);
    assert.ok(!shown.text.includes(key));
    assert.equal((await browser.ask('DELETE', `/keys/${made.body['id']}`)).status, 200);
    assert.equal((await program.get('/queue')).status, 401);
    const newer = await browser.post('/keys', { ...wanted, name: 'second', expires_at: '2999-01-01T00:00:00Z' });
    assert.equal(newer.status, 201, newer.text);
    const named = async (query: string) => {
      const { body } = await browser.get(`/keys?${query}`);
      return { names: (body['entries'] as unknown as { name: string }[]).map(({ name }) => name), next: body['next'] };
    };
    assert.deepEqual((await named('state=revoked')).names, ['monitoring']);
    assert.deepEqual((await named('state=active')).names, ['second']);
    assert.deepEqual((await named('state=expired')).names, []);
    const newest = await named('limit=1');
    assert.deepEqual(newest.names, ['second']);
    assert.deepEqual((await named(`limit=1&after=${newest.next}`)).names, ['monitoring']);
  });

  test('who wants to sign in learns what it takes', async () => {
    assert.deepEqual((await world.browser().get('/session/ways')).body, { administrator: true, passkeys: true });
    const other = new AccessWorld({ url: 'http://192.0.2.1:8025' });
    await other.start();
    assert.deepEqual((await other.browser().get('/session/ways')).body, { administrator: false, passkeys: false });
    await other.end();
  });

  test('the link works once, and none is made while there is an administrator', async () => {
    assert.equal(await world.access.joining.firstLink({ who: 'tester' }), undefined);
  });
});

describe('sessions', () => {
  const world = new AccessWorld();
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
  });
  after(() => world.end());

  test('a session ends when it is not used, when its time is over, and when its owner says so', async () => {
    const browser = world.browser();
    const { status, headers } = await signIn(world, browser, admin);
    assert.equal(status, 200);
    const [session = '', device = ''] = headers['set-cookie'] as string[];
    assert.match(session, /^easymail-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.match(device, /^easymail-device=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=31536000$/);
    for (let used = 0; used < 12; used++) {
      world.moved += 55 * MINUTE;
      assert.equal((await browser.get('/session')).status, 200, `used after ${used * 55} minutes`);
    }
    await world.restart();
    assert.equal((await browser.get('/session')).status, 200, 'the last use outlives a restart');
    world.moved += 30 * MINUTE;
    assert.equal((await browser.get('/session')).status, 200);
    world.moved += 31 * MINUTE;
    assert.equal((await browser.get('/session')).status, 401, 'twelve hours are over');
    await signIn(world, browser, admin);
    world.moved += 61 * MINUTE;
    assert.equal((await browser.get('/session')).status, 401, 'an hour without use');
  });

  test('sessions are listed, and ended one by one or all at once', async () => {
    const [here, there] = [world.browser(), world.browser('198.51.100.99')];
    await signIn(world, here, admin);
    await signIn(world, there, admin);
    const { body } = await here.get('/account/sessions');
    const entries = body['entries'] as unknown as { id: string; last_from: string; agent: string }[];
    assert.deepEqual(entries.map((one) => one.last_from).sort(), ['192.0.2.1', '198.51.100.99']);
    assert.ok(entries.every(({ agent }) => agent === 'Test/1.0'));
    const other = entries.find(({ id }) => id !== body['current']);
    assert.equal((await here.ask('DELETE', `/account/sessions/${other?.id}`)).status, 204);
    assert.equal((await there.get('/session')).status, 401);
    assert.equal((await here.ask('DELETE', `/account/sessions/${other?.id}`)).status, 404);
    await signIn(world, there, admin);
    assert.deepEqual((await here.ask('DELETE', '/account/sessions')).body, { ended: 1 });
    assert.equal((await there.get('/session')).status, 401);
    assert.equal((await here.get('/session')).status, 200);
  });

  test('a changed password ends all other sessions, and the old one works no longer', async () => {
    const [here, there] = [world.browser(), world.browser('198.51.100.98')];
    await signIn(world, here, admin);
    await signIn(world, there, admin);
    const password = 'another good sentence';
    const refused = await here.post('/account/password', { current: WRONG, password });
    const fault = { field: 'current', message: 'is not right', code: 'not-right' };
    assert.deepEqual([refused.status, refused.body['errors']], [422, [fault]]);
    assert.equal((await here.post('/account/password', { current: admin.password, password: 'short' })).status, 422);
    assert.equal((await here.post('/account/password', { current: admin.password, password })).status, 200);
    assert.equal((await there.get('/session')).status, 401);
    assert.equal((await here.get('/session')).status, 200);
    assert.equal((await signIn(world, there, admin)).status, 401);
    assert.equal(world.mails.at(-1)?.kind, 'password_changed');
    admin = { ...admin, password };
    assert.equal((await signIn(world, there, admin)).status, 200);
  });

  test('what has ended goes from the store', async () => {
    const browser = world.browser();
    await signIn(world, browser, admin);
    const expires_at = new Date(world.clock.now() + HOUR).toISOString();
    assert.equal((await browser.post('/keys', { name: 'k', scopes: ['relay:read'], expires_at })).status, 201);
    assert.equal((await browser.post('/users', { email: 'late@example.lu', role: 'auditor' })).status, 201);
    const count = (table: string) =>
      (world.control.database.raw.prepare(`select count(*) as n from ${table}`).get() as { n: number }).n;
    const tables = ['session', 'access_token', 'api_key', 'device'];
    assert.ok(tables.every((table) => count(table) > 0));
    const left = (...names: string[]) =>
      until(`nothing but ${names.join(', ')}`, () => {
        const full = tables.filter((table) => count(table) > 0);
        return full.join() === names.join() ? true : undefined;
      });
    world.moved += 30 * 24 * HOUR;
    await world.restart();
    await left('api_key', 'device');
    world.moved += 365 * 24 * HOUR;
    await world.restart();
    await left();
  });

  test('pages of other sites cannot use the cookie, nor can what names no page', async () => {
    const browser = world.browser();
    await signIn(world, browser, admin);
    const change = (headers: Record<string, string>) => browser.ask('PATCH', '/account', { name: 'Eve' }, headers);
    assert.equal((await change({ origin: 'https://evil.test' })).status, 403);
    assert.equal((await change({ origin: 'null' })).status, 403);
    assert.equal((await change({ origin: '' })).status, 403);
    assert.equal((await change({ origin: '', 'sec-fetch-site': 'same-site' })).status, 403);
    assert.equal((await change({ origin: '', 'sec-fetch-site': 'same-origin' })).status, 200);
    assert.equal((await change({ origin: 'http://localhost:8025', host: 'evil.test' })).status, 200);
    assert.equal((await browser.ask('GET', '/session', undefined, { origin: 'https://evil.test' })).status, 200);
  });

  test('over https the cookies are bound to the host', async () => {
    const secure = new AccessWorld({ url: 'https://portal.example.lu' });
    await secure.start();
    try {
      const { browser } = await firstAdministrator(secure);
      assert.deepEqual([...browser.cookies.keys()], ['__Host-easymail-session', '__Host-easymail-device']);
      browser.cookies.set('easymail-session', browser.cookies.get('__Host-easymail-session') ?? '');
      browser.cookies.delete('__Host-easymail-session');
      assert.equal((await browser.get('/session')).status, 401, 'a cookie that any host may set is none');
    } finally {
      await secure.end();
    }
  });
});

describe('links by mail', () => {
  const world = new AccessWorld();
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
  });
  after(() => world.end());

  test('an invitation works once, for a time, and only the newest', async () => {
    const invited = await admin.browser.post('/users', { email: 'eva@example.lu', role: 'auditor', language: 'fr' });
    assert.equal(invited.status, 201);
    assert.equal(world.mails.at(-1)?.language, 'fr');
    const first = world.token('invitation', 'eva@example.lu');
    assert.equal((await admin.browser.post(`/users/${invited.body['id']}/invitation`)).status, 200);
    const second = world.token('invitation', 'eva@example.lu');
    const redeem = (token: string, password = 'a good long password') =>
      world.browser().post('/invitations/redeem', { token, password });
    assert.equal((await redeem(first)).status, 410, 'replaced');
    const looked = await world.browser().post('/invitations/look', { token: second });
    assert.deepEqual([looked.body['email'], looked.body['role']], ['eva@example.lu', 'auditor']);
    const weak = await redeem(second, 'too short');
    assert.deepEqual(
      [weak.status, (weak.body['errors'] as unknown as { field: string }[])[0]?.field],
      [422, 'password'],
    );
    const both = await Promise.all([redeem(second), redeem(second)]);
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 410],
    );
    assert.equal((await redeem(second)).status, 410, 'used');
    await admin.browser.post('/users', { email: 'fay@example.lu', role: 'auditor' });
    world.moved += 8 * 24 * HOUR;
    assert.equal((await redeem(world.token('invitation', 'fay@example.lu'))).status, 410, 'too old');
  });

  test('a reset answers alike for all, works once, and ends sessions', async () => {
    await signIn(world, admin.browser, admin);
    const { browser, password } = await invite(world, admin.browser, { email: 'gil@example.lu', role: 'auditor' });
    const before = world.mails.length;
    const answers = await Promise.all(
      ['gil@example.lu', 'nobody@example.lu', 'no address'].map((email) =>
        world.browser('192.0.2.50').post('/password-resets', { email }),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1);
    assert.equal(answers[0]?.status, 202);
    await world.access.joining.settled();
    assert.deepEqual(
      world.mails.slice(before).map(({ kind, to }) => [kind, to]),
      [['password_reset', 'gil@example.lu']],
    );
    const token = world.token('password_reset', 'gil@example.lu');
    const fresh = world.browser('192.0.2.51');
    assert.equal(
      (await fresh.post('/password-resets/redeem', { token: `${token}x`, password: 'a brand new password' })).status,
      410,
    );
    assert.equal(
      (await fresh.post('/password-resets/redeem', { token, password: 'a brand new password' })).status,
      204,
    );
    assert.equal((await browser.get('/session')).status, 401);
    assert.equal(
      (await fresh.post('/password-resets/redeem', { token, password: 'a brand new password' })).status,
      410,
    );
    assert.equal((await world.browser().post('/session/sign-in', { email: 'gil@example.lu', password })).status, 401);
    const back = await fresh.post('/session/sign-in', { email: 'gil@example.lu', password: 'a brand new password' });
    assert.equal(back.status, 200);
    assert.equal(
      (await world.browser().post('/invitations/redeem', { token, password: 'a brand new password' })).status,
      410,
    );
  });

  test('nobody can fill a mailbox with resets', async () => {
    const before = world.mails.length;
    for (let at = 0; at < 8; at++) {
      await world.browser(`192.0.2.${100 + at}`).post('/password-resets', { email: 'gil@example.lu' });
    }
    await world.access.joining.settled();
    assert.ok(world.mails.length - before <= 3, String(world.mails.length - before));
  });

  test('a sign-in with a browser that was never seen is told, one that was is not', async () => {
    const browser = world.browser();
    await signIn(world, browser, admin);
    const told = () => world.mails.filter(({ kind, to }) => kind === 'new_sign_in' && to === admin.email).length;
    const before = told();
    await signIn(world, browser, admin);
    assert.equal(told(), before);
    await signIn(world, world.browser('203.0.113.9'), admin);
    assert.equal(told(), before + 1);
    const history = await browser.get('/account/sign-ins');
    const entries = history.body['entries'] as unknown as { outcome: string; from: string; how: string }[];
    assert.deepEqual(
      [entries[0]?.outcome, entries[0]?.from, entries[0]?.how],
      ['signed_in', '203.0.113.9', 'password and totp'],
    );
  });
});
