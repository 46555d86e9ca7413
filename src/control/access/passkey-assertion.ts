// What an authenticator says when somebody signs in with a passkey, verified step by step (W3C Web Authentication level 2,
// 7.2). Ours, on Node's own cryptography: nothing but it stands between a stranger's octets and a session.

import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify, type webcrypto } from 'node:crypto';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

export interface AssertionOptions {
  /** base64url, as it was given to the browser. */
  challenge: string;
  origin: string;
  /** Host name that the passkey was made for. */
  rpId: string;
  /** DER, SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
  /** As it was after the last proof. */
  counter: number;
}

/** Web Authentication 6.1: hash of the host name, flags, counter; then extensions that nobody asked for. */
const HASH_OCTETS = 32;
const FLAGS_AT = 32;
const COUNTER_AT = 33;
const SHORTEST_DATA = 37;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

const clientData = z.object({
  type: z.literal('webauthn.get'),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

/** The counter of a proof that is right in every point; nothing where one is wrong. Never throws for what was sent. */
export function verifyAssertion(
  { response }: AuthenticationResponseJSON,
  { challenge, origin, rpId, publicKey, counter }: AssertionOptions,
): { counter: number } | undefined {
  const client = Buffer.from(response.clientDataJSON, 'base64url');
  const data = Buffer.from(response.authenticatorData, 'base64url');
  const said = clientData.safeParse(parseJson(client));
  if (!said.success || data.length < SHORTEST_DATA) return undefined;
  if (said.data.challenge !== challenge || said.data.origin !== origin || said.data.crossOrigin === true)
    return undefined;
  if (!timingSafeEqual(data.subarray(0, HASH_OCTETS), sha256(rpId))) return undefined;
  const needed = USER_PRESENT | USER_VERIFIED;
  if (((data[FLAGS_AT] ?? 0) & needed) !== needed) return undefined;
  const signature = Buffer.from(response.signature, 'base64url');
  if (!isSignedBy(publicKey, Buffer.concat([data, sha256(client)]), signature)) return undefined;
  const now = data.readUInt32BE(COUNTER_AT);
  // 6.1.1: one that does not go up belongs to a copy; an authenticator that does not count says 0 for ever.
  return now > counter || (now === 0 && counter === 0) ? { counter: now } : undefined;
}

function parseJson(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString());
  } catch {
    // No JSON: the schema refuses nothing as it refuses everything else.
    return undefined;
  }
}

function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}

function isSignedBy(publicKey: Uint8Array, content: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', content, key, signature);
  } catch {
    // OpenSSL throws for some signatures that cannot be read: they are wrong as any other.
    return false;
  }
}

/** The public key of a new passkey (COSE, RFC 9053 7) as DER; nothing where it is of no kind that is taken. */
export async function publicKeyOf(cose: Uint8Array): Promise<Uint8Array | undefined> {
  // Loaded here: signing in does without it.
  const { decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers');
  const key = keyOf(decodeCredentialPublicKey(new Uint8Array(cose)) as unknown as Map<number, unknown>);
  return key?.export({ type: 'spki', format: 'der' });
}

/** COSE: 1 is the kind of key; its parameters count down from -1. */
function keyOf(cose: Map<number, unknown>): KeyObject | undefined {
  const [kind, first, second, third] = [cose.get(1), cose.get(-1), cose.get(-2), cose.get(-3)];
  const text = (octets: unknown) => (octets instanceof Uint8Array ? Buffer.from(octets).toString('base64url') : '');
  const jwk: webcrypto.JsonWebKey | undefined =
    kind === 2 && first === 1
      ? { kty: 'EC', crv: 'P-256', x: text(second), y: text(third) }
      : kind === 1 && first === 6
        ? { kty: 'OKP', crv: 'Ed25519', x: text(second) }
        : kind === 3
          ? { kty: 'RSA', n: text(first), e: text(second) }
          : undefined;
  return jwk === undefined ? undefined : createPublicKey({ key: jwk, format: 'jwk' });
}
