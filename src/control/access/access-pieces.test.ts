import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { createSecretBox } from '../../platform/secret-box.ts';
import { clientNetwork, isWithin } from './client-network.ts';
import { deviceCookie, noSessionCookie, readCookies, sessionCookie } from './cookies.ts';
import { CUSTOMER_PERMISSIONS, CUSTOMER_ROLES, OPERATOR_ROLES, permissionsOf, type Role } from './permissions.ts';
import { personName } from './person-name.ts';
import { mayGive, type Principal } from './principal.ts';
import { newRecoveryCodes, recoveryHash } from './recovery-codes.ts';
import { comesFromUs, mayUseSession } from './same-origin.ts';
import { randomToken } from './secrets.ts';
import { createTickets } from './tickets.ts';
import { describeTotp, newTotpSecret, totpStep } from './totp.ts';

describe('names of people', () => {
  test('one address is one person, however it is written', () => {
    const same: [string, string | undefined][] = [
      ['Anna@Example.LU', 'anna@example.lu'],
      ['anna@BÜCHER.example', 'anna@xn--bcher-kva.example'],
      ['a.b+c@x.test', 'a.b+c@x.test'],
      ["o'neil@x.test", "o'neil@x.test"],
    ];
    for (const [text, name] of same) assert.equal(personName(text), name);
    const none = [
      '',
      'anna',
      '@x.test',
      'a@',
      'a@b',
      'a b@x.test',
      'a@x..test',
      '.a@x.test',
      '\uFF41nna@x.test',
      '\u212A@x.test',
    ];
    // The last two: letters that look like, or fold to, those of somebody else.
    for (const text of [...none, `${'a'.repeat(65)}@x.test`, 'a@[127.0.0.1]', 'a@x.test\n', 'a@127.0.0.1']) {
      assert.equal(personName(text), undefined, text);
    }
  });

  test('a name is its own name', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const name = personName(email);
        if (name !== undefined) assert.equal(personName(name), name);
      }),
    );
  });
});

describe('where clients are', () => {
  test('one client is an IPv4 address, or a /64', () => {
    assert.equal(clientNetwork('192.0.2.1'), '192.0.2.1');
    assert.equal(clientNetwork('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(clientNetwork('2001:db8::1'), clientNetwork('2001:db8:0:0:ffff::2'));
    assert.notEqual(clientNetwork('2001:db8::1'), clientNetwork('2001:db8:0:1::1'));
    for (const nothing of [undefined, '', 'somewhere']) assert.equal(clientNetwork(nothing), 'unknown');
  });

  test('a list of networks holds what it names, in any writing, and an unknown address never', () => {
    const list = ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'];
    for (const from of ['192.0.2.200', '::ffff:192.0.2.1', '2001:DB8:1::1', '198.51.100.7']) {
      assert.equal(isWithin(from, list), true, from);
    }
    for (const from of ['192.0.3.1', '2001:db9::1', '198.51.100.8', '', 'x', undefined]) {
      assert.equal(isWithin(from, list), false, String(from));
    }
    assert.equal(isWithin('192.0.2.1', ['nonsense', '']), false);
  });
});

describe('cookies', () => {
  const token = randomToken();

  test('over https bound to the host, over http without that', () => {
    assert.equal(
      sessionCookie(token, 'https://p.example.lu'),
      `__Host-easymail-session=${token}; Path=/; HttpOnly; SameSite=Strict; Secure`,
    );
    assert.equal(
      sessionCookie(token, 'http://localhost:8025'),
      `easymail-session=${token}; Path=/; HttpOnly; SameSite=Strict`,
    );
    assert.match(deviceCookie(token, 'https://p.example.lu'), /Max-Age=31536000$/);
    assert.match(noSessionCookie('https://p.example.lu'), /^__Host-easymail-session=; .*Secure; Max-Age=0$/);
  });

  test('only what we made is read, and nothing that comes twice', () => {
    const read = (field: string, url = 'http://localhost') => readCookies(field, url).session;
    assert.equal(read(`a=b; easymail-session=${token}; c=d`), token);
    assert.equal(read(`easymail-session=${token}; easymail-session=${randomToken()}`), undefined);
    assert.equal(read(`easymail-session=${token}`, 'https://x.test'), undefined);
    assert.equal(read(`__Host-easymail-session=${token}`, 'https://x.test'), token);
    for (const bad of ['', 'easymail-session', `easymail-session="${token}"`, `xeasymail-session=${token}`]) {
      assert.equal(read(bad), undefined, bad);
    }
    fc.assert(fc.property(fc.string(), (field) => assert.equal(read(field), undefined)));
  });
});

describe('pages that may act', () => {
  const url = 'https://portal.example.lu';

  test('ours, as the browser says', () => {
    const table: [Parameters<typeof mayUseSession>[0], boolean][] = [
      [{ method: 'GET' }, true],
      [{ method: 'GET', origin: 'https://evil.test' }, true],
      [{ method: 'POST' }, false],
      [{ method: 'POST', origin: url }, true],
      [{ method: 'POST', origin: url, fetchSite: 'same-origin' }, true],
      [{ method: 'POST', origin: url, fetchSite: 'cross-site' }, false],
      [{ method: 'POST', origin: 'null', fetchSite: 'same-origin' }, false],
      [{ method: 'POST', origin: 'https://portal.example.lu:8443' }, false],
      [{ method: 'POST', origin: 'http://portal.example.lu' }, false],
      [{ method: 'DELETE', fetchSite: 'same-origin' }, true],
      [{ method: 'DELETE', fetchSite: 'same-site' }, false],
      [{ method: 'PATCH', fetchSite: 'none' }, false],
    ];
    for (const [request, allowed] of table) assert.equal(mayUseSession(request, url), allowed, JSON.stringify(request));
    assert.equal(comesFromUs({}, url), true, 'what is no browser says nothing');
    assert.equal(comesFromUs({ origin: 'https://evil.test' }, url), false);
  });
});

describe('tickets', () => {
  const clock = { now: () => time, monotonic: () => time };
  let time = 1_000_000;
  const tickets = createTickets(createSecretBox([Buffer.alloc(32, 1)], 'access ticket'), clock);

  test('open what they were made for, once, for ten minutes', () => {
    const ticket = tickets.issue('sign-in', { person: 'p' });
    assert.deepEqual(tickets.open('sign-in', ticket)?.content, { person: 'p' });
    assert.equal(tickets.open('other', ticket), undefined);
    const [one, two] = [tickets.open('sign-in', ticket), tickets.open('sign-in', ticket)];
    assert.deepEqual([one?.spend(), two?.spend()], [true, false]);
    assert.equal(tickets.open('sign-in', ticket), undefined);
    const late = tickets.issue('sign-in', {});
    time += 10 * 60_000;
    assert.equal(tickets.open('sign-in', late), undefined);
  });

  test('nothing else opens', () => {
    const other = createTickets(createSecretBox([Buffer.alloc(32, 2)], 'access ticket'), clock);
    assert.equal(tickets.open('sign-in', other.issue('sign-in', {})), undefined);
    fc.assert(fc.property(fc.string(), (text) => assert.equal(tickets.open('sign-in', text), undefined)));
  });
});

describe('codes', () => {
  test('RFC 6238 appendix B, cut to six digits', () => {
    const secret = Buffer.from('12345678901234567890');
    const vectors: [number, string][] = [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_234_567_890, '005924'],
      [20_000_000_000, '353130'],
    ];
    for (const [seconds, code] of vectors) {
      const at = { nowMs: seconds * 1000, lastStep: 0 };
      assert.equal(totpStep(secret, code, at), Math.floor(seconds / 30));
      assert.equal(totpStep(secret, code, { ...at, lastStep: Math.floor(seconds / 30) }), undefined, 'used before');
    }
  });

  test('a step early or late is taken, two are not', () => {
    const secret = Buffer.from('12345678901234567890');
    const step = (seconds: number) => totpStep(secret, '287082', { nowMs: seconds * 1000, lastStep: 0 });
    assert.deepEqual(
      [29, 30, 59, 89].map(step),
      [undefined, 1, 1, 1].map((one, i) => (i === 0 ? 1 : one)),
    );
    assert.deepEqual([90, 120, 180].map(step), [undefined, undefined, undefined]);
    for (const code of ['', '28708', '2870822', '28708a', '٢٨٧٠٨٢']) {
      assert.equal(totpStep(secret, code, { nowMs: 59_000, lastStep: 0 }), undefined);
    }
  });

  test('a new secret has 160 bits, and is told as apps read it', () => {
    const secret = newTotpSecret();
    assert.equal(secret.length, 20);
    const told = describeTotp(secret, 'anna@example.lu');
    assert.match(told.secret, /^[A-Z2-7]{32}$/);
    assert.match(
      told.uri,
      /^otpauth:\/\/totp\/Easymail:anna%40example\.lu\?issuer=Easymail&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
    );
  });

  test('recovery codes differ, and are known again however they are typed', () => {
    const codes = newRecoveryCodes();
    assert.equal(new Set(codes).size, 10);
    for (const code of codes) assert.match(code, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    const [code = ''] = codes;
    assert.deepEqual(recoveryHash('p', code), recoveryHash('p', code.toUpperCase().replaceAll('-', ' ')));
    assert.notDeepEqual(recoveryHash('p', code), recoveryHash('q', code));
  });
});

describe('roles', () => {
  const user = (role: Role, customer?: string): Principal =>
    ({ kind: 'user', id: 'u', email: 'u@x.test', role, session: 's', steppedUpUntil: 0, customer }) as Principal;

  test('who may make whom what', () => {
    const all = [...Object.keys(OPERATOR_ROLES), ...Object.keys(CUSTOMER_ROLES)] as Role[];
    for (const role of all) {
      const customer = role in CUSTOMER_ROLES ? 'acme' : null;
      assert.equal(mayGive(user('administrator'), role, customer), true, role);
      assert.equal(mayGive(user('customer_administrator', 'acme'), role, customer), role in CUSTOMER_ROLES, role);
      assert.equal(mayGive(user('customer_administrator', 'globex'), role, customer), false, role);
      assert.equal(mayGive({ ...user('administrator'), mustSetUp: true } as Principal, role, customer), false, role);
    }
    assert.equal(mayGive(user('service_desk'), 'administrator', null), false);
    assert.equal(mayGive(user('mail_engineer'), 'administrator', null), false);
  });

  test('no role of a customer holds what is the operator’s, and only administrators administer', () => {
    for (const role of Object.keys(CUSTOMER_ROLES) as Role[]) {
      assert.ok(
        permissionsOf(role).every((one) => CUSTOMER_PERMISSIONS.includes(one)),
        role,
      );
    }
    for (const never of [
      'relay:operate',
      'pools:write',
      'customers:approve',
      'apply:write',
      'backups:write',
    ] as const) {
      assert.ok(!CUSTOMER_PERMISSIONS.includes(never), never);
    }
    const administering = (Object.keys({ ...OPERATOR_ROLES, ...CUSTOMER_ROLES }) as Role[]).filter((role) =>
      permissionsOf(role).some((one) => one === 'users:write' || one === 'keys:write'),
    );
    assert.deepEqual(administering, ['administrator', 'customer_administrator']);
    const reading = (Object.keys(OPERATOR_ROLES) as Role[]).filter((role) =>
      permissionsOf(role).includes('messages:content'),
    );
    assert.deepEqual(reading, ['administrator', 'mail_engineer']);
    assert.ok(permissionsOf('auditor').every((one) => one.endsWith(':read')));
  });
});
