import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { publicKeyOf, verifyAssertion } from './passkey-assertion.ts';

const origin = 'https://portal.example.lu';
const rpId = 'portal.example.lu';
const challenge = 'Y2hhbGxlbmdl';

function pair(kind: 'ec' | 'ed25519' | 'rsa') {
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
}

interface Said {
  client?: object | string;
  rpId?: string;
  flags?: number;
  counter?: number;
  tail?: Buffer;
}

function say(key: KeyObject, { client = {}, flags = 5, counter = 7, tail = Buffer.alloc(0), ...said }: Said = {}) {
  const text =
    typeof client === 'string' ? client : JSON.stringify({ type: 'webauthn.get', challenge, origin, ...client });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const hash = createHash('sha256')
    .update(said.rpId ?? rpId)
    .digest();
  const data = Buffer.concat([hash, Buffer.from([flags]), count, tail]);
  const signed = Buffer.concat([data, createHash('sha256').update(text).digest()]);
  const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, key);
  return {
    clientDataJSON: Buffer.from(text).toString('base64url'),
    authenticatorData: data.toString('base64url'),
    signature: signature.toString('base64url'),
  };
}

describe('what a passkey says', () => {
  const keys = pair('ec');
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
  const verify = (response: ReturnType<typeof say>, counter = 3, key: Uint8Array = publicKey) =>
    verifyAssertion(
      { id: 'x', rawId: 'x', type: 'public-key', clientExtensionResults: {}, response },
      {
        challenge,
        origin,
        rpId,
        publicKey: key,
        counter,
      },
    );

  test('is taken with each kind of key', () => {
    for (const kind of ['ec', 'ed25519', 'rsa'] as const) {
      const { publicKey, privateKey } = pair(kind);
      const der = publicKey.export({ type: 'spki', format: 'der' });
      assert.deepEqual(verify(say(privateKey), 3, der), { counter: 7 }, kind);
      assert.equal(verify(say(keys.privateKey), 3, der), undefined, kind);
    }
  });

  test('is refused where one point is wrong, though it is signed', () => {
    const wrong: [string, Said][] = [
      ['type', { client: { type: 'webauthn.create' } }],
      ['challenge', { client: { challenge: 'b3RoZXI' } }],
      ['origin', { client: { origin: 'https://portal.example.lu.evil.test' } }],
      ['scheme', { client: { origin: 'http://portal.example.lu' } }],
      ['in a frame of another site', { client: { crossOrigin: true } }],
      ['no JSON', { client: '{' }],
      ['a list', { client: '[]' }],
      ['host', { rpId: 'evil.test' }],
      ['nobody was there', { flags: 4 }],
      ['nobody showed who it was', { flags: 1 }],
    ];
    for (const [what, said] of wrong) assert.equal(verify(say(keys.privateKey, said)), undefined, what);
    assert.deepEqual(verify(say(keys.privateKey, { tail: Buffer.from([0xa0]), flags: 0x85 })), { counter: 7 });
  });

  test('a counter goes up, or is 0 for ever', () => {
    const said = (counter: number, kept: number) => verify(say(keys.privateKey, { counter }), kept)?.counter;
    assert.deepEqual(
      [said(8, 7), said(7, 7), said(6, 7), said(0, 7), said(0, 0), said(1, 0)],
      [8, undefined, undefined, undefined, 0, 1],
    );
  });

  test('no changed octet passes, and nothing throws', () => {
    const right = say(keys.privateKey);
    const fields = ['clientDataJSON', 'authenticatorData', 'signature'] as const;
    const property = fc.property(
      fc.constantFrom(...fields),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (field, at, by) => {
        const octets = Buffer.from(right[field], 'base64url');
        octets[at % octets.length] = (octets[at % octets.length] ?? 0) ^ by;
        assert.equal(verify({ ...right, [field]: octets.toString('base64url') }), undefined);
      },
    );
    fc.assert(property, { numRuns: 300 });
    const any = fc.property(fc.base64String(), fc.base64String(), fc.base64String(), (a, b, c) =>
      assert.equal(verify({ clientDataJSON: a, authenticatorData: b, signature: c }), undefined),
    );
    fc.assert(any);
  });

  test('keys of other kinds are not taken', async () => {
    // kty 2 with crv 2 (P-384); kty 4 (symmetric).
    assert.equal(await publicKeyOf(Buffer.from('a401022002214100224100', 'hex')), undefined);
    assert.equal(await publicKeyOf(Buffer.from('a20104200a', 'hex')), undefined);
  });
});
