// Pairs of keys for DKIM: made here, or read from what an operator brings along.

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import type { DkimAlgorithm } from '../../mail/authorise/directory.ts';
import { publicKeyText } from '../../protocol/dkim/key-record.ts';
import { type Problem, problem } from '../api/problem.ts';

export interface KeyMaterial {
  algorithm: DkimAlgorithm;
  /** As in the record. */
  publicKey: string;
  /** PKCS #8, DER. */
  privateKey: Uint8Array;
}

/** RFC 8301 3.2: 2,048 bits; longer keys do not fit into one string of a record, and some receivers refuse them. */
const RSA_BITS = 2048;
/** RFC 8301 3.2: 1,024 may be verified; nothing below 2,048 should be signed with. */
const SHORTEST_RSA_BITS = 2048;
const LONGEST_RSA_BITS = 4096;
/** RFC 8410 7: the frame around the 32 octets of an Ed25519 key. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_OCTETS = 32;

/** Makes a pair in a thread of its own; RSA takes a tenth of a second. */
export function makeKey(algorithm: DkimAlgorithm): Promise<KeyMaterial> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _public: KeyObject, key: KeyObject) =>
      error === null ? resolve(materialOf(algorithm, key)) : reject(error);
    if (algorithm === 'rsa') generateKeyPair('rsa', { modulusLength: RSA_BITS }, done);
    else generateKeyPair('ed25519', {}, done);
  });
}

/** Reads a private key: PEM (PKCS #8 or PKCS #1), or the 32 octets of an Ed25519 key in base64. */
export function readKey(text: string): KeyMaterial | Problem {
  const key = parseKey(text.trim());
  if (key === undefined) return problem('no-private-key');
  if (key.asymmetricKeyType === 'ed25519') return materialOf('ed25519', key);
  if (key.asymmetricKeyType !== 'rsa') return problem('key-kind-unknown', { kind: key.asymmetricKeyType ?? '' });
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits >= SHORTEST_RSA_BITS && bits <= LONGEST_RSA_BITS) return materialOf('rsa', key);
  return problem('key-length', { bits, least: SHORTEST_RSA_BITS, most: LONGEST_RSA_BITS });
}

function parseKey(text: string): KeyObject | undefined {
  try {
    if (/^[A-Za-z0-9+/]{43}=$/.test(text)) {
      const octets = Buffer.from(text, 'base64');
      if (octets.length !== ED25519_OCTETS) return undefined;
      return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, octets]), format: 'der', type: 'pkcs8' });
    }
    return createPrivateKey(text);
  } catch {
    // OpenSSL's words about it help nobody, and could hold a piece of what was given.
    return undefined;
  }
}

function materialOf(algorithm: DkimAlgorithm, key: KeyObject): KeyMaterial {
  return {
    algorithm,
    publicKey: publicKeyText(createPublicKey(key.export({ type: 'pkcs8', format: 'pem' }))),
    privateKey: key.export({ type: 'pkcs8', format: 'der' }),
  };
}
