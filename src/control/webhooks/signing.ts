// Secrets and signatures of webhooks, by Standard Webhooks 1.0: HMAC-SHA256 (`v1`, `whsec_…`) or Ed25519 (`v1a`, the
// public key as `whpk_…`), over `id.timestamp.body`; while a secret is being changed, with the old one and the new one.

import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export type SigningKind = 'hmac' | 'ed25519';

export interface NewSecret {
  /** What is kept: the octets of the HMAC key, or the private key (PKCS #8, DER). */
  secret: Uint8Array;
  /** Of Ed25519: what whoever verifies needs. */
  publicKey?: string;
}

/** Standard Webhooks: 24 to 64 octets; as many as the hash gives lose nothing. */
const HMAC_OCTETS = 32;
/** Of an Ed25519 key in SPKI, the key itself is what is left at the end. */
const RAW_KEY_OCTETS = 32;

/** Makes a new secret. */
export function makeSecret(kind: SigningKind): NewSecret {
  if (kind === 'hmac') return { secret: randomBytes(HMAC_OCTETS) };
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  return { secret: privateKey, publicKey: `whpk_${publicKey.subarray(-RAW_KEY_OCTETS).toString('base64')}` };
}

/** The HMAC secret in the form that libraries take. */
export function shownSecret(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}

/** What is signed: the id has no full stop in it. */
export interface SignedParts {
  id: string;
  /** Of the attempt, seconds since 1970. */
  timestamp: number;
  body: Uint8Array;
}

/** The value of `webhook-signature` for a message. */
export type Signer = (parts: SignedParts) => string;

/** Signs with each of the secrets, the newest first. Throws where one is none. */
export function createSigner(kind: SigningKind, secrets: readonly Uint8Array[]): Signer {
  if (secrets.length === 0) throw new Error('a webhook needs a secret');
  const signers = secrets.map((secret) => (kind === 'hmac' ? hmacSigner(secret) : ed25519Signer(secret)));
  return ({ id, timestamp, body }) => {
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    return signers.map((one) => one(signed)).join(' ');
  };
}

function hmacSigner(secret: Uint8Array): (signed: Uint8Array) => string {
  return (signed) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
}

function ed25519Signer(secret: Uint8Array): (signed: Uint8Array) => string {
  const key = createPrivateKey({ key: Buffer.from(secret), type: 'pkcs8', format: 'der' });
  return (signed) => `v1a,${sign(null, signed, key).toString('base64')}`;
}
