// Secrets at rest: AES-256-GCM under keys that are derived (HKDF) from a master key in a file. What is sealed names the
// master key it was sealed with, so that one can take the place of another.

import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Seals and opens; `purpose` keeps the secrets of one part from being taken for another's. */
export interface SecretBox {
  /** `about` says whose secret it is; the same must be given to open it. */
  seal(secret: Uint8Array, about: string): Buffer;
  /** The secret; nothing where no key we have opens it: another master key, another `about`, or changed octets. */
  open(sealed: Uint8Array, about: string): Buffer | undefined;
  /** Names the master key that seals now; what an older one sealed is to be sealed anew. */
  readonly master: string;
}

const VERSION = 1;
const ID_OCTETS = 4;
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;
const HEAD_OCTETS = 1 + ID_OCTETS;
/** 256 bits; less would be the weakest part. */
export const MASTER_KEY_OCTETS = 32;

interface BoxKey {
  id: Buffer;
  key: Buffer;
}

/** A box for one purpose. `masters`: the present master key first, then those that were in use before. */
export function createSecretBox(masters: readonly Uint8Array[], purpose: string): SecretBox {
  const keys = masters.map((master) => deriveKey(master, purpose));
  const [present] = keys;
  if (present === undefined) throw new Error('a secret box needs a master key');
  const byId = (sealed: Uint8Array) => keys.find(({ id }) => id.equals(sealed.subarray(1, HEAD_OCTETS)));
  return {
    seal(secret, about) {
      const nonce = randomBytes(NONCE_OCTETS);
      const cipher = createCipheriv('aes-256-gcm', present.key, nonce).setAAD(Buffer.from(about));
      const head = Buffer.concat([Buffer.from([VERSION]), present.id]);
      return Buffer.concat([head, nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, about) {
      if (sealed[0] !== VERSION || sealed.length < HEAD_OCTETS + NONCE_OCTETS + TAG_OCTETS) return undefined;
      const key = byId(sealed)?.key;
      return key === undefined ? undefined : decrypt(key, sealed.subarray(HEAD_OCTETS), about);
    },
    master: present.id.toString('hex'),
  };
}

function deriveKey(master: Uint8Array, purpose: string): BoxKey {
  const derived = (info: string) => Buffer.from(hkdfSync('sha256', master, '', `easymail ${info}`, MASTER_KEY_OCTETS));
  const id = createHash('sha256')
    .update(derived(`${purpose} id`))
    .digest()
    .subarray(0, ID_OCTETS);
  return { id, key: derived(`${purpose} key`) };
}

function decrypt(key: Buffer, sealed: Uint8Array, about: string): Buffer | undefined {
  const tag = sealed.subarray(sealed.length - TAG_OCTETS);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_OCTETS), {
    authTagLength: TAG_OCTETS,
  });
  decipher.setAAD(Buffer.from(about)).setAuthTag(tag);
  try {
    const secret = decipher.update(sealed.subarray(NONCE_OCTETS, sealed.length - TAG_OCTETS));
    return Buffer.concat([secret, decipher.final()]);
  } catch {
    // The tag does not fit: nothing of it may be used, and why does not matter.
    return undefined;
  }
}

/**
 * The master key in a file: 32 octets, or their 64 hexadecimal digits, or their base64. Throws with a text for the
 * operator.
 */
export function readMasterKey(path: string): Uint8Array {
  let octets: Buffer;
  try {
    octets = readFileSync(path);
  } catch (error) {
    throw new Error(`the master key ${path} cannot be read`, { cause: error });
  }
  if (octets.length === MASTER_KEY_OCTETS) return octets;
  const text = octets.toString('latin1').trim();
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64');
  throw new Error(`the master key ${path} should hold 32 random octets, as they are, in hexadecimal or in base64`);
}
