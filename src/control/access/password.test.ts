import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, test } from 'node:test';
import { Problem } from '../api/problem.ts';
import { createPasswords, PASSWORD_COST, passwordFault } from './password.ts';

const CHEAP = { memory: 64, passes: 1, lanes: 1 };

describe('passwords', () => {
  test('are kept as argon2id with their cost, and each with a salt of its own', async () => {
    const passwords = createPasswords();
    const [kept, again] = await Promise.all([passwords.hash('same sentence'), passwords.hash('same sentence')]);
    assert.match(kept, /^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.notEqual(kept, again);
    assert.deepEqual(await passwords.verify('same sentence', kept), { right: true, outdated: false });
    assert.deepEqual(await passwords.verify('Same sentence', kept), { right: false, outdated: false });
  });

  test('a hash of another maker is read: RFC 9106, argon2 of the reference implementation', async () => {
    // echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32, of the test suite of that program.
    const kept = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    assert.deepEqual(await createPasswords().verify('password', kept), { right: true, outdated: true });
  });

  test('another cost is told, so that the password is hashed anew', async () => {
    const kept = await createPasswords(CHEAP).hash('a sentence');
    assert.deepEqual(await createPasswords().verify('a sentence', kept), { right: true, outdated: true });
    assert.deepEqual(await createPasswords().verify('wrong', kept), { right: false, outdated: false });
  });

  test('without a kept one nothing is right, not even what would fit', async () => {
    const passwords = createPasswords(CHEAP);
    for (const kept of [null, undefined]) assert.equal((await passwords.verify('', kept)).right, false);
    await assert.rejects(passwords.verify('x', 'plain text'), /cannot be read/);
  });

  test('the same letters are the same password, however they are composed', async () => {
    const passwords = createPasswords(CHEAP);
    const kept = await passwords.hash('Mot de passe d’été'.normalize('NFD'));
    assert.equal((await passwords.verify('Mot de passe d’été'.normalize('NFC'), kept)).right, true);
  });

  test('the event loop goes on meanwhile, and more than can wait are sent away', async () => {
    const passwords = createPasswords({ ...PASSWORD_COST, passes: 1 });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const all = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.verify('x', null)));
    delay.disable();
    const refused = all.filter((one) => one.status === 'rejected');
    assert.equal(refused.length, 10, 'two run, 48 wait');
    assert.ok(refused.every(({ reason }) => reason instanceof Problem && reason.status === 503));
    assert.ok(delay.percentile(90) < 80e6, `${delay.percentile(90) / 1e6} ms`);
    assert.equal((await passwords.verify('x', null)).right, false, 'there is room again');
  });

  test('rules: long enough, not the address, not one letter; nothing about composition', () => {
    const ok = ['a sentence is fine', 'zwölf Zeichen', '🔑🗝️🔒🔓🔏🔐🛡️🚪🏠🧱🪟', 'x'.repeat(500) + 'yz'];
    for (const password of ok) assert.equal(passwordFault(password, 'a@b.test'), undefined, password);
    const faulty = ['elevenchars', 'Anna@example.lu', 'aaaaaaaaaaaaaa', 'abababababab', 'x y'.repeat(400)];
    for (const password of faulty) assert.notEqual(passwordFault(password, 'anna@example.lu'), undefined, password);
  });
});
