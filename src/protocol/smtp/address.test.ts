import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { parseAddress, parsePath } from './address.ts';
import { toLookupDomain } from './domain.ts';

interface IsEmailCase {
  id: number;
  address: string;
  category: string;
  diagnosis: string;
}

// ORIGIN.md of the suite: only these are acceptable in SMTP paths.
const ACCEPTABLE = new Set(['VALID_CATEGORY', 'DNSWARN', 'RFC5321']);

test('isemail: what SMTP may carry is taken, everything else refused', { skip: skipWithout('addresses') }, () => {
  const cases = JSON.parse(readFileSync(suitePath('addresses', 'isemail.json'), 'utf8')) as IsEmailCase[];
  assert.ok(cases.length >= 164);
  for (const { id, address, category, diagnosis } of cases) {
    const taken = parseAddress(address) !== undefined;
    assert.equal(taken, ACCEPTABLE.has(category), `case ${id} ${JSON.stringify(address)} is ${diagnosis}`);
  }
});

test('haraka: valid paths are read whole, invalid ones are not', { skip: skipWithout('addresses') }, () => {
  const paths = JSON.parse(readFileSync(suitePath('addresses', 'haraka-paths.json'), 'utf8')) as {
    valid_paths: string[];
    invalid_paths: string[];
  };
  const readWhole = (path: string) =>
    (['mail', 'rcpt'] as const).some((verb) => parsePath(path, 0, verb)?.end === path.length);
  for (const path of paths.valid_paths) assert.ok(readWhole(path), path);
  for (const path of paths.invalid_paths) assert.ok(!readWhole(path), path);
});

test('a mailbox keeps its local part and gets its look-up domain', () => {
  const table: [string, string, string, boolean, boolean][] = [
    ['A.b@Example.ORG', 'A.b', 'example.org', false, false],
    ['"a b"@x.lu', '"a b"', 'x.lu', false, false],
    ['"a\\"@x"@x.lu', '"a\\"@x"', 'x.lu', false, false],
    ['a@[192.0.2.1]', 'a', '[192.0.2.1]', true, false],
    ['a@[IPv6:2001:DB8::1]', 'a', '[IPv6:2001:db8::1]', true, false],
    ['Pelé@Bücher.example', 'Pelé', 'xn--bcher-kva.example', false, true],
    ['a@FAß.de', 'a', 'xn--fa-hia.de', false, true],
    ['a@xn--bcher-kva.example', 'a', 'xn--bcher-kva.example', false, false],
  ];
  for (const [text, localPart, domain, literal, utf8] of table) {
    assert.deepEqual(parseAddress(text), { text, localPart, domain, literal, utf8 });
  }
});

test('what is no mailbox is refused', () => {
  const local = 'a'.repeat(65);
  const label = 'b'.repeat(64);
  const long = `a@${'c'.repeat(60)}.${'c'.repeat(60)}.${'c'.repeat(60)}.${'c'.repeat(60)}.${'c'.repeat(60)}`;
  const refused = [
    '',
    '@',
    'a',
    'a@',
    '@b',
    'a@b@c',
    'a..b@c',
    '.a@c',
    'a.@c',
    'a b@c',
    'a@b c',
    'a@-b',
    'a@b-',
    'a@b..c',
    'a@b.',
    'a@b_c.lu',
    '"a@b',
    '"a\0"@b',
    '"a\r\nb"@c',
    'a(x)@b',
    'a@[1.2.3]',
    'a@[1.2.3.4',
    'a@[256.1.1.1]',
    'a@[x:y]',
    'a@[IPv6:1:2:3:4:5:6:7::]',
    'a@xn---',
    'a@xn--a',
    'a@é/x',
    'a@１.２',
    'a@\u200d.lu',
    '\u0085@b.lu',
    'a@b\u3002',
    `${local}@b.lu`,
    `a@${label}.lu`,
    long,
    `${'é'.repeat(33)}@b.lu`,
  ];
  for (const text of refused) assert.equal(parseAddress(text), undefined, JSON.stringify(text));
  assert.ok(parseAddress(`${local.slice(1)}@b.lu`));
  assert.ok(parseAddress(`a@${label.slice(1)}.lu`));
});

test('paths: null sender, postmaster, source routes, bare mailboxes', () => {
  assert.deepEqual(parsePath('<> X', 0, 'mail'), { kind: 'null', end: 2 });
  assert.equal(parsePath('<>', 0, 'rcpt'), undefined);
  const bare = parsePath('<PostMaster>', 0, 'rcpt');
  assert.ok(bare?.kind === 'mailbox' && bare.mailbox.domain === '' && bare.mailbox.localPart === 'PostMaster');
  assert.equal(parsePath('<postmaster>', 0, 'mail'), undefined);
  const routed = parsePath('<@a.lu,@b.lu:c@d.lu>', 0, 'rcpt');
  assert.ok(routed?.kind === 'mailbox' && routed.mailbox.text === 'c@d.lu' && routed.end === 20);
  const plain = parsePath('c@d.lu SIZE=1', 0, 'mail');
  assert.ok(plain?.kind === 'mailbox' && plain.end === 6);
  for (const text of ['<c@d.lu', '<c@d.lu >', '< c@d.lu>', '<@a.lu:>', '<@a.lu>', '<<c@d.lu>>', '<c@d.lu,e@f.lu>']) {
    assert.equal(parsePath(text, 0, 'rcpt'), undefined, text);
  }
});

test('the look-up form of a domain is stable', () => {
  for (const name of ['EXAMPLE.lu', 'bücher.example', 'ⅳ.example', 'παράδειγμα.δοκιμή']) {
    const once = toLookupDomain(name);
    assert.ok(once !== undefined, name);
    assert.equal(toLookupDomain(once), once);
  }
});
