import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  AccessWorld,
  type Administrator,
  firstAdministrator,
  invite,
  setUpTotp,
  totpAt,
} from '../support/access-world.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 200);
const MINUTE = 60_000;
const WRONG = 'not the right one';

describe('guessing', () => {
  const world = new AccessWorld();
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
  });
  after(() => world.end());
  const guess = (from: string, email = admin.email, password = WRONG) =>
    world.browser(from).post('/session/sign-in', { email, password });

  test('guesses from one place wait longer and longer, known or not, and the owner gets in meanwhile', async () => {
    const tell = async (from: string, email: string) => {
      const answers = [];
      for (let at = 0; at < 9; at++) answers.push(await guess(from, email));
      return answers.map(({ status, headers, body }) => [status, headers['retry-after'], body['title']]);
    };
    const known = await tell('203.0.113.1', admin.email);
    assert.deepEqual(
      known.slice(0, 5).map(([status]) => status),
      [401, 401, 401, 401, 401],
    );
    assert.deepEqual(
      known.slice(5).map(([status]) => status),
      [429, 429, 429, 429],
    );
    assert.match(String(known[5]?.[1]), /^\d+$/);
    assert.deepEqual(await tell('203.0.113.2', 'nobody@example.lu'), known);
    world.moved += 2000;
    assert.equal((await guess('203.0.113.1')).status, 401, 'one more after the wait');
    world.moved += 1500;
    assert.equal((await guess('203.0.113.1')).status, 429, 'the next wait is longer');
    const right = await guess('203.0.113.1', admin.email, admin.password);
    assert.equal(right.status, 429, 'the right password waits there too');
    const home = await world.browser().post('/session/sign-in', { email: admin.email, password: admin.password });
    assert.equal(home.status, 200, 'elsewhere it does not');
  });

  test('guesses from everywhere slow strangers down, never the owner where it was before', async () => {
    let refused = 0;
    for (let at = 0; at < 130; at++) {
      const { status } = await guess(`198.51.100.${at}`);
      if (status === 429) refused += 1;
    }
    assert.ok(refused > 20, String(refused));
    const { email, password } = admin;
    assert.equal((await guess('198.51.100.250', email, password)).status, 429, 'a stranger waits');
    assert.equal((await world.browser('192.0.2.1').post('/session/sign-in', { email, password })).status, 200);
    const moved = world.browser('198.51.100.251');
    moved.cookies.set('easymail-device', admin.browser.cookies.get('easymail-device') ?? '');
    assert.equal((await moved.post('/session/sign-in', { email, password })).status, 200, 'its browser, elsewhere');
    const other = world.browser('198.51.100.252');
    other.cookies.set('easymail-device', admin.browser.cookies.get('easymail-device') ?? '');
    const borrowed = await other.post('/session/sign-in', { email: 'nobody@example.lu', password });
    assert.equal(borrowed.status, 401, 'a known browser helps its own account alone');
  });

  test('one place that tries many accounts is slowed down, by its /64', async () => {
    let refused = 0;
    for (let at = 0; at < 60; at++) {
      const { status } = await guess(`2001:db8::${at.toString(16)}`, `user${at}@example.lu`);
      if (status === 429) refused += 1;
    }
    assert.ok(refused >= 25, String(refused));
    assert.equal((await guess('2001:db8:0:1::1', 'user1@example.lu')).status, 401);
  });

  test('codes are guessed slower still', async () => {
    world.moved += 30 * MINUTE;
    const { email, password } = admin;
    const statuses: number[] = [];
    for (let at = 0; at < 8; at++) {
      const begun = await world.browser('203.0.113.90').post('/session/sign-in', { email, password });
      const code = String(at).padStart(6, '0');
      const { ticket } = begun.body;
      statuses.push((await world.browser('203.0.113.90').post('/session/second-factor', { ticket, code })).status);
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
  });

  test('a stolen session cannot guess the password either', async () => {
    await admin.browser.post('/session/step-up', { password: admin.password });
    const { browser } = await invite(world, admin.browser, { email: 'max@example.lu', role: 'auditor' });
    const statuses: number[] = [];
    for (let at = 0; at < 7; at++) statuses.push((await browser.post('/session/step-up', { password: WRONG })).status);
    assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429, 429]);
  });
});

describe('what a stranger learns', () => {
  const world = new AccessWorld({ costly: true });
  before(() => world.start());
  after(() => world.end());

  test('an unknown address takes as long as a wrong password', async (t) => {
    const admin = await firstAdministrator(world);
    await admin.browser.post('/users', { email: 'invited@example.lu', role: 'auditor' });
    const emails = [admin.email, 'nobody@example.lu', 'invited@example.lu', 'no address at all'];
    const times = new Map<string, number[]>(emails.map((email) => [email, []]));
    // In turn, so that what else the machine does falls on all alike.
    for (let round = 0; round < 12; round++) {
      for (const [index, email] of emails.entries()) {
        const browser = world.browser(`10.${round}.${index}.1`);
        const start = performance.now();
        const { status, body } = await browser.post('/session/sign-in', { email, password: WRONG });
        times.get(email)?.push(performance.now() - start);
        assert.deepEqual([status, body['detail']], [401, 'The address or the password is not right.']);
      }
    }
    const best = emails.map(
      (email) =>
        times
          .get(email)
          ?.toSorted((a, b) => a - b)
          .slice(0, 4) ?? [],
    );
    const typical = best.map((few) => few.reduce((sum, one) => sum + one, 0) / few.length);
    t.diagnostic(`milliseconds: ${typical.map((ms) => ms.toFixed(1)).join(', ')}`);
    const [known = 0, ...others] = typical;
    for (const other of others) assert.ok(Math.abs(other - known) < known * 0.35, typical.join(' '));
  });
});

describe('credentials of any shape', () => {
  const world = new AccessWorld();
  let admin: Administrator;
  before(async () => {
    await world.start();
    admin = await firstAdministrator(world);
  });
  after(() => world.end());

  const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 80 });
  const token = fc.oneof(printable, fc.constant('emk_'), fc.stringMatching(/^emk_[\w-]{43}$/));

  test('garbage opens nothing, and is never our fault', async () => {
    const property = fc.asyncProperty(token, printable, async (key, cookie) => {
      const program = world.browser();
      program.headers = { authorization: `Bearer ${key}`.trim() };
      assert.equal((await program.get('/users')).status, 401);
      program.headers = { cookie: `easymail-session=${cookie}; easymail-session=${cookie}` };
      assert.equal((await program.get('/users')).status, 401);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test('bodies of any shape are refused, never an error of ours, and sign nobody in', async () => {
    const paths = [
      '/session/sign-in',
      '/session/second-factor',
      '/session/passkey',
      '/invitations/look',
      '/invitations/redeem',
      '/password-resets/redeem',
    ];
    const shape = fc.record(
      {
        email: fc.oneof(fc.constant(admin.email), printable, fc.integer()),
        password: fc.oneof(printable, fc.string({ maxLength: 2000 }), fc.anything()),
        ticket: printable,
        token: printable,
        code: fc.oneof(fc.stringMatching(/^\d{6}$/), printable),
        response: fc.oneof(
          fc.jsonValue(),
          fc.record({
            id: printable,
            rawId: printable,
            type: fc.constant('public-key'),
            response: fc.dictionary(
              fc.constantFrom('clientDataJSON', 'authenticatorData', 'signature', 'userHandle'),
              printable,
            ),
          }),
        ),
      },
      { requiredKeys: [] },
    );
    const property = fc.asyncProperty(fc.constantFrom(...paths), shape, async (path, body) => {
      world.moved += MINUTE;
      const { status, text, headers } = await world.browser().post(path, body);
      assert.ok([400, 401, 403, 410, 413, 422, 429].includes(status), `${path} ${status} ${text}`);
      assert.equal(headers['set-cookie'], undefined);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test('a session, a ticket, a key with one letter changed opens nothing', async () => {
    world.moved += 30 * MINUTE;
    const { email, password } = admin;
    const begun = await world.browser().post('/session/sign-in', { email, password });
    const ticket = String(begun.body['ticket']);
    const made = await signedIn();
    const key = String((await made.post('/keys', { name: 'k', scopes: ['relay:read'] })).body['key']);
    const change = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    for (let at = 4; at < key.length - 1; at += 7) {
      const program = world.browser();
      program.headers = { authorization: `Bearer ${change(key, at)}` };
      assert.equal((await program.get('/queue')).status, 401);
    }
    const cookie = made.cookies.get('easymail-session') ?? '';
    for (let at = 0; at < cookie.length - 1; at += 7) {
      const browser = world.browser();
      browser.cookies.set('easymail-session', change(cookie, at));
      assert.equal((await browser.get('/session')).status, 401);
    }
    for (let at = 0; at < ticket.length - 1; at += 41) {
      world.moved += MINUTE;
      const code = totpAt(admin.secret, world.clock.now());
      const answer = await world.browser().post('/session/second-factor', { ticket: change(ticket, at), code });
      assert.equal(answer.status, 401);
    }
  });

  test('no answer is kept where a password is asked for', async () => {
    const browser = await signedIn();
    const key = { 'idempotency-key': 'k1' };
    const { email, password } = admin;
    for (const [path, body] of [
      ['/session/sign-in', { email, password }],
      ['/session/step-up', { password }],
      ['/account/password', { current: password, password: 'another good sentence' }],
    ] as const) {
      const { status, text } = await browser.post(path, body, key);
      assert.deepEqual([status, text.includes('Idempotency-Key')], [400, true], path);
    }
  });

  test('nothing secret is at rest in the clear, nor in the log or the audit', async () => {
    const browser = await signedIn();
    const key = String((await browser.post('/keys', { name: 'k', scopes: ['relay:read'] })).body['key']);
    const user = await invite(world, browser, { email: 'tia@example.lu', role: 'auditor' });
    const factors = await setUpTotp(world, user.browser);
    const invitation = world.token('invitation', 'tia@example.lu');
    await world.restart();
    const { raw } = world.control.database;
    const tables = raw.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
    const rows = tables.flatMap(({ name }) => raw.prepare(`select * from "${name}"`).all());
    const octets = (value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
    const kept = rows.flatMap((row) => Object.values(row).map(octets)).join('\n') + world.logged.join('\n');
    assert.ok(kept.includes('tia@example.lu'));
    const secrets = [
      key,
      user.password,
      admin.password,
      invitation,
      admin.secret,
      factors.secret,
      ...factors.recoveryCodes,
      ...factors.recoveryCodes.map((code) => code.replaceAll('-', '')),
      ...[browser, user.browser].flatMap(({ cookies }) => [...cookies.values()]),
    ];
    for (const secret of secrets) assert.ok(secret.length > 10 && !kept.includes(secret), `${secret} is kept`);
  });

  async function signedIn() {
    const browser = world.browser();
    world.moved += MINUTE;
    const { email, password, secret } = admin;
    const code = totpAt(secret, world.clock.now());
    const { status, text } = await browser.post('/session/sign-in', { email, password, code });
    assert.equal(status, 200, text);
    return browser;
  }
});
