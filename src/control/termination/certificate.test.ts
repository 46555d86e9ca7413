import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { canonicalJson } from '../../protocol/json/canonical.ts';
import {
  type Certificate,
  destroyedKeys,
  keyId,
  rawPublicKey,
  type SignedCertificate,
  signContent,
  things,
  verifyCertificate,
} from './certificate.ts';
import { certificatePdf } from './certificate-pdf.ts';

const none = { count: 0 };

const certificate: Certificate = {
  format: 'easymail.removal.1',
  number: 'EM-20270322-0A1B2C3D',
  language: 'en',
  operator: { name: 'Télécom', address: null, relay: 'relay.test' },
  customer: { id: 'acme', name: 'Acme S.à r.l.' },
  cause: 'subscription',
  service_ended: '2026-11-22',
  noticed: '2026-11-22',
  deactivated_at: '2026-12-21T23:00:00.000Z',
  removed_at: '2027-03-21T23:00:00.000Z',
  removed_by: 'easymail',
  removed: {
    mail_hosts: things(['mail.acme.test:25']),
    domains: things(['acme.test', 'acme.example']),
    sources: things(['192.0.2.0/24']),
    logins: none,
    client_certificates: none,
    grants: things([]),
    dkim_keys: destroyedKeys([
      { domain: 'acme.test', selector: 's1', algorithm: 'ed25519', public_key_sha256: 'a'.repeat(64) },
    ]),
    recipients: none,
    suppressions: { count: 3 },
    users: { count: 2 },
    api_keys: none,
    webhooks: none,
    links: none,
    contacts: { count: 1 },
  },
  remains: [{ what: 'trace', until: '2027-09-21' }],
  dns: [{ type: 'TXT', host: 'acme.test', value: 'include:_spf.relay.test', state: 'gone' }],
};

function signed(): { text: SignedCertificate; keys: Map<string, Uint8Array> } {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = rawPublicKey(pair.publicKey);
  const key = keyId(publicKey);
  const value = signContent(
    canonicalJson(certificate),
    pair.privateKey.export({ format: 'der', type: 'pkcs8' }),
  ).toString('base64');
  const signature = { algorithm: 'Ed25519' as const, key, public_key: publicKey.toString('base64'), value };
  return { text: { certificate, signature }, keys: new Map([[key, publicKey]]) };
}

test('a certificate verifies, however its JSON is laid out', () => {
  const { text, keys } = signed();
  for (const written of [JSON.stringify(text), JSON.stringify(text, null, 2)]) {
    assert.equal(verifyCertificate(written, keys).ok, true);
  }
  const turned = {
    signature: text.signature,
    certificate: Object.fromEntries(Object.entries(certificate).toReversed()),
  };
  assert.equal(verifyCertificate(JSON.stringify(turned), keys).ok, true);
});

test('every value of it is under the signature', () => {
  const { text, keys } = signed();
  const plain = JSON.stringify(text.certificate);
  let changes = 0;
  for (const [, name] of plain.matchAll(/"(\w+)":(?:"|\d|null)/g)) {
    const before = new RegExp(`"${name}":(?:"([^"]*)"|(\\d+)|null)`);
    const changed = plain.replace(before, (_, word?: string, number?: string) =>
      word === undefined
        ? `"${name}":${number === undefined ? '"2027-01-01"' : Number(number) + 1}`
        : `"${name}":"${flip(word)}"`,
    );
    if (changed === plain) continue;
    const verdict = verifyCertificate(JSON.stringify({ ...text, certificate: JSON.parse(changed) as unknown }), keys);
    assert.equal(verdict.ok, false, `${name} can be changed`);
    changes += 1;
  }
  assert.ok(changes > 20);
});

test('a foreign key, a key under a known name, no signature, no JSON', () => {
  const { text, keys } = signed();
  const other = signed();
  assert.deepEqual(faultOf(JSON.stringify(other.text), keys), 'unknown key');
  const disguised = { ...other.text, signature: { ...other.text.signature, key: text.signature.key } };
  assert.deepEqual(faultOf(JSON.stringify(disguised), keys), 'unknown key');
  const half = { ...text, signature: { ...text.signature, value: other.text.signature.value } };
  assert.deepEqual(faultOf(JSON.stringify(half), keys), 'changed');
  assert.deepEqual(faultOf(JSON.stringify({ certificate }), keys), 'not a certificate');
  assert.deepEqual(faultOf(JSON.stringify({ ...text, more: 1 }), keys), 'not a certificate');
  assert.deepEqual(faultOf('{', keys), 'not a certificate');
});

test('the hash of things is over all of them in order, the names are a thousand at most', () => {
  const many = Array.from({ length: 1500 }, (_, i) => `d${i}.test`);
  const told = things(many);
  assert.deepEqual([told.count, told.items.length], [1500, 1000]);
  assert.equal(told.sha256, things(many.toReversed()).sha256);
  assert.notEqual(told.sha256, things(many.slice(1)).sha256);
});

test('the paper is the same octet by octet, in every language', async () => {
  for (const language of ['en', 'de', 'fr'] as const) {
    const options = { key: '0123456789abcdef', timeZone: 'Europe/Luxembourg' };
    const one = await certificatePdf({ ...certificate, language }, options);
    const two = await certificatePdf({ ...certificate, language }, options);
    assert.deepEqual(Buffer.from(one), Buffer.from(two));
    assert.equal(Buffer.from(one.subarray(0, 5)).toString(), '%PDF-');
    assert.match(Buffer.from(one.subarray(-8)).toString(), /%%EOF/);
    // The font is in the file: it looks the same wherever it is opened.
    assert.ok(Buffer.from(one).includes('/FontFile2'));
  }
});

function faultOf(text: string, keys: Map<string, Uint8Array>): string | undefined {
  const verdict = verifyCertificate(text, keys);
  return verdict.ok ? undefined : verdict.fault;
}

/** Another word of the same form where that can be. */
function flip(word: string): string {
  return word.replace(/[0-9a-z](?=[^0-9a-z]*$)/i, (last) =>
    last === '1' ? '2' : last === 'a' ? 'b' : /\d/.test(last) ? '1' : 'a',
  );
}
