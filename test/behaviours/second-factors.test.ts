import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AccessWorld,
  type Administrator,
  type Browser,
  firstAdministrator,
  invite,
  setUpTotp,
  signIn,
  totpAt,
} from '../support/access-world.ts';
import { Authenticator } from '../support/authenticator.ts';

const MINUTE = 60_000;

describe('second factors', () => {
  const world = new AccessWorld();
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
  });
  after(() => world.end());

  test('whoever needs one can do nothing before it is set up', async () => {
    const { browser } = await invite(world, admin.browser, { email: 'ben@example.lu', role: 'administrator' });
    const session = await browser.get('/session');
    assert.deepEqual([session.body['set_up_needed'], session.body['permissions']], [true, []]);
    const refused = await browser.get('/users');
    assert.deepEqual([refused.status, /second factor/.test(refused.text)], [403, true]);
    await setUpTotp(world, browser);
    assert.equal((await browser.get('/users')).status, 200);
    const removed = await browser.ask('DELETE', '/account/totp');
    assert.equal(removed.status, 409, 'the role needs it');
  });

  test('a recovery code signs in once, and its owner is told', async () => {
    const [code = ''] = admin.recoveryCodes;
    const { email, password } = admin;
    const with_code = { email, password, recovery_code: code.toUpperCase().replaceAll('-', ' ') };
    assert.equal((await world.browser().post('/session/sign-in', with_code)).status, 200);
    const mail = world.mails.findLast(({ kind }) => kind === 'recovery_code_used');
    assert.deepEqual([mail?.to, mail?.values['left']], [email, 9]);
    assert.equal((await world.browser().post('/session/sign-in', with_code)).status, 401);
  });

  test('one code of two that come at once signs in', async () => {
    world.moved += MINUTE;
    const { email, password, secret } = admin;
    const code = totpAt(secret, world.clock.now());
    const both = await Promise.all(
      [1, 2, 3].map(() => world.browser().post('/session/sign-in', { email, password, code })),
    );
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 401, 401],
    );
  });

  test('a ticket for the second factor is void after the password was changed', async () => {
    const { browser, password } = await invite(world, admin.browser, { email: 'cem@example.lu', role: 'auditor' });
    const { secret } = await setUpTotp(world, browser);
    const begun = await world.browser().post('/session/sign-in', { email: 'cem@example.lu', password });
    await browser.post('/account/password', { current: password, password: 'a new good password' });
    world.moved += MINUTE;
    const code = totpAt(secret, world.clock.now());
    const late = await world.browser().post('/session/second-factor', { ticket: begun.body['ticket'], code });
    assert.deepEqual([late.status, late.body['type']], [401, 'urn:easymail:problem:sign-in-expired']);
  });

  test('passkeys: made, signed in with, stepped up with; not from another site, not without their owner, not copied', async () => {
    const browser = world.browser();
    await signIn(world, browser, admin);
    const device = new Authenticator({ origin: world.url });
    type Asked = { ticket: string; options: never };
    const begun = (await browser.post('/account/passkeys/options')).body as unknown as Asked;
    const added = await browser.post('/account/passkeys', {
      ticket: begun.ticket,
      response: device.create(begun.options),
      name: 'Laptop',
    });
    assert.equal(added.status, 201, added.text);
    assert.equal(world.mails.at(-1)?.kind, 'second_factor_added');
    const again = await browser.post('/account/passkeys', {
      ticket: begun.ticket,
      response: device.create(begun.options),
      name: 'Laptop',
    });
    assert.equal(again.status, 422, 'a ticket is for one passkey');

    const ask = async (path: string, from: Browser) => (await from.post(path)).body as unknown as Asked;
    const visitor = world.browser();
    const asked = await ask('/session/passkey-options', visitor);
    const answer = { ticket: asked.ticket, response: device.get(asked.options) };
    const signed = await visitor.post('/session/passkey', answer);
    assert.deepEqual([signed.status, signed.body['state']], [200, 'signed_in'], signed.text);
    assert.equal((await world.browser().post('/session/passkey', answer)).status, 401, 'an answer counts once');

    const attempt = async (change: (device: Authenticator) => void) => {
      const { ticket, options } = await ask('/session/passkey-options', visitor);
      change(device);
      const response = device.get(options);
      Object.assign(device.options, { origin: world.url, userVerified: true, counts: 1 });
      return (await world.browser().post('/session/passkey', { ticket, response })).status;
    };
    assert.equal(await attempt((one) => (one.options.origin = 'https://evil.test')), 401);
    assert.equal(await attempt((one) => (one.options.userVerified = false)), 401);
    assert.equal(await attempt((one) => (one.counter -= 3)), 401, 'a copy counts differently');
    device.counter += 3;
    const plain = new Authenticator({ origin: world.url, counts: 0 });
    const wanted = await ask('/account/passkeys/options', browser);
    const plainly = { ticket: wanted.ticket, response: plain.create(wanted.options), name: 'Does not count' };
    assert.equal((await browser.post('/account/passkeys', plainly)).status, 201);
    const once = await ask('/session/passkey-options', visitor);
    const same = { ticket: once.ticket, response: plain.get(once.options) };
    assert.equal((await world.browser().post('/session/passkey', same)).status, 200);
    assert.equal((await world.browser().post('/session/passkey', same)).status, 401, 'its answer counts once, too');
    assert.equal(await attempt(() => {}), 200);

    const renamed = await browser.ask('PATCH', `/account/passkeys/${device.id}`, { name: 'Old laptop' });
    assert.deepEqual([renamed.status, renamed.body['name']], [200, 'Old laptop'], renamed.text);
    const owned = (await browser.get('/account/second-factors')).body['passkeys'] as unknown as { name: string }[];
    assert.deepEqual(owned.map(({ name }) => name).sort(), ['Does not count', 'Old laptop']);
    const [listed] = (await browser.get('/users?text=ANNA')).body['entries'] as unknown as { passkeys: number }[];
    assert.equal(listed?.passkeys, 2);
    const stranger = await invite(world, browser, { email: 'eve@example.lu', role: 'auditor' });
    const theirs = await stranger.browser.ask('PATCH', `/account/passkeys/${device.id}`, { name: 'Mine' });
    assert.equal(theirs.status, 404, 'a passkey of somebody else');

    world.moved += 11 * MINUTE;
    assert.equal((await visitor.post('/account/recovery-codes')).status, 403);
    const other = await ask('/session/passkey-options', visitor);
    const misused = { ticket: other.ticket, response: device.get(other.options) };
    assert.equal((await visitor.post('/session/step-up', misused)).status, 422, 'a ticket for a sign-in');
    const step = await ask('/session/step-up/passkey-options', visitor);
    const proof = { ticket: step.ticket, response: device.get(step.options) };
    assert.equal((await visitor.post('/session/step-up', proof)).status, 200);
    assert.equal((await visitor.post('/account/recovery-codes')).status, 200);
    assert.equal((await visitor.ask('DELETE', `/account/passkeys/${device.id}`)).status, 204);
    assert.equal(await attempt(() => {}), 401);
  });

  test('codes go on under a new master key', async () => {
    const former = world.masters;
    world.masters = [Buffer.alloc(32, 9), ...former];
    await world.restart();
    world.masters = [Buffer.alloc(32, 9)];
    await world.restart();
    assert.equal((await signIn(world, world.browser(), admin)).status, 200);
  });

  test('an administrator takes lost factors away, of others only', async () => {
    const { id, browser, password } = await invite(world, await signedIn(), {
      email: 'dan@example.lu',
      role: 'auditor',
    });
    await setUpTotp(world, browser);
    const own = await signedIn();
    assert.equal((await own.ask('DELETE', `/users/${id}/second-factors`)).status, 200);
    assert.equal((await browser.get('/session')).status, 401);
    const back = await world.browser().post('/session/sign-in', { email: 'dan@example.lu', password });
    assert.equal(back.body['state'], 'signed_in');
    const me = (await own.get('/session')).body['user'] as unknown as { id: string };
    assert.equal((await own.ask('DELETE', `/users/${me.id}/second-factors`)).status, 403);
  });

  async function signedIn(): Promise<Browser> {
    const browser = world.browser();
    await signIn(world, browser, admin);
    return browser;
  }
});
