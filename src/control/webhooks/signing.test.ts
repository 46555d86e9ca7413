import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyWebhook } from '../../../test/support/verify-webhook.ts';
import { createSigner, makeSecret, shownSecret } from './signing.ts';

// The example that the authors of Standard Webhooks give with their libraries.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PARTS = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
};

test('the published example is signed as published', () => {
  const signer = createSigner('hmac', [Buffer.from(SECRET.slice('whsec_'.length), 'base64')]);
  assert.equal(signer(PARTS), 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a new HMAC secret has 24 to 64 octets, and what it signs is verified by others', async () => {
  const { secret, publicKey } = makeSecret('hmac');
  assert.equal(publicKey, undefined);
  const shown = shownSecret(secret);
  assert.match(shown, /^whsec_[A-Za-z0-9+/]+=*$/);
  const octets = Buffer.from(shown.slice('whsec_'.length), 'base64').length;
  assert.ok(octets >= 24 && octets <= 64);
  const signature = createSigner('hmac', [secret])(PARTS);
  assert.equal(await verifyWebhook(PARTS, signature, shown), true);
  assert.equal(await verifyWebhook({ ...PARTS, timestamp: PARTS.timestamp + 1 }, signature, shown), false);
  assert.equal(await verifyWebhook({ ...PARTS, body: Buffer.from('{"test":2432232314}') }, signature, shown), false);
  assert.equal(await verifyWebhook({ ...PARTS, id: 'msg_other' }, signature, shown), false);
});

test('Ed25519 is verified with the public key alone', async () => {
  const { secret, publicKey = '' } = makeSecret('ed25519');
  assert.match(publicKey, /^whpk_[A-Za-z0-9+/]{43}=$/);
  const signature = createSigner('ed25519', [secret])(PARTS);
  assert.match(signature, /^v1a,/);
  assert.equal(await verifyWebhook(PARTS, signature, publicKey), true);
  assert.equal(await verifyWebhook(PARTS, signature, makeSecret('ed25519').publicKey ?? ''), false);
});

test('while a secret is being changed, the old one and the new one both verify', async () => {
  const [older, newer] = [makeSecret('hmac').secret, makeSecret('hmac').secret];
  const signature = createSigner('hmac', [newer, older])(PARTS);
  assert.equal(signature.split(' ').length, 2);
  assert.equal(await verifyWebhook(PARTS, signature, shownSecret(older)), true);
  assert.equal(await verifyWebhook(PARTS, signature, shownSecret(newer)), true);
  assert.equal(await verifyWebhook(PARTS, signature, shownSecret(makeSecret('hmac').secret)), false);
});
