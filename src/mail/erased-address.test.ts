import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressHash, type ErasedAddresses, eraseInText, eraseInValue, markOf } from './erased-address.ts';

const KEY = new Uint8Array(32).fill(1);

function erasing(...addresses: string[]): ErasedAddresses {
  return { key: KEY, hashes: new Map([['acme', new Set(addresses.map((one) => addressHash(KEY, 'acme', one)))]]) };
}

test('an address is found however it stands in a text, and what only looks like it is left', () => {
  const erased = erasing('bob@example.org', "o'brien@example.org", '"a b"@example.org', 'é@bücher.example');
  const gone: Record<string, string> = {
    'bob@example.org': 'bob@example.org',
    'BOB@Example.ORG': 'bob@example.org',
    "O'Brien@example.org": "o'brien@example.org",
    '"a b"@example.org': '"a b"@example.org',
    'é@xn--bcher-kva.example': 'é@bücher.example',
  };
  for (const [text, address] of Object.entries(gone)) {
    assert.equal(eraseInText(text, 'acme', erased), markOf(addressHash(KEY, 'acme', address)), text);
  }
  const mark = markOf(addressHash(KEY, 'acme', 'bob@example.org'));
  const texts: Record<string, string> = {
    'RCPT TO:<bob@example.org> NOTIFY=NEVER': `RCPT TO:<${mark}> NOTIFY=NEVER`,
    '550 5.1.1 bob@example.org: unknown.': `550 5.1.1 ${mark}: unknown.`,
    "no such user 'bob@example.org'": `no such user '${mark}'`,
    'mailto:bob@example.org.': `mailto:${mark}.`,
    '(bob@example.org, eve@example.org)': `(${mark}, eve@example.org)`,
    'SRS0=AAAA=BB=example.org=bob@relay.test': mark,
    'bounces+bob=example.org@lists.test': mark,
    'bob+news=example.org@lists.test': 'bob+news=example.org@lists.test',
    'bob@example.org.evil.test': 'bob@example.org.evil.test',
    'xbob@example.org': 'xbob@example.org',
    'nothing here': 'nothing here',
  };
  for (const [text, wanted] of Object.entries(texts)) assert.equal(eraseInText(text, 'acme', erased), wanted, text);
  assert.equal(eraseInText('bob@example.org', 'other', erased), 'bob@example.org', 'another customer keeps its own');
});

test('a mark tells nothing without the key, differs by customer, and is not erased again', () => {
  const hash = addressHash(KEY, 'acme', 'bob@example.org');
  assert.notEqual(hash, addressHash(KEY, 'other', 'bob@example.org'));
  assert.notEqual(hash, addressHash(new Uint8Array(32), 'acme', 'bob@example.org'));
  assert.equal(eraseInText(markOf(hash), 'acme', erasing('bob@example.org')), markOf(hash));
});

test('any JSON value keeps its shape; what is not named is not changed', () => {
  const erased = erasing('bob@example.org');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(eraseInValue(value, 'acme', erased), { value, changed: false });
      const { value: written } = eraseInValue({ deep: [value, { to: 'bob@example.org' }] }, 'acme', erased);
      assert.equal(JSON.stringify(written).includes('bob@example.org'), false);
    }),
  );
  const long = `${'a@'.repeat(20_000)} bob@example.org ${'='.repeat(20_000)}@x`;
  const began = performance.now();
  assert.equal(eraseInText(long, 'acme', erased).includes('bob@example.org'), false);
  assert.ok(performance.now() - began < 2000, 'whatever others write takes no long time');
});
