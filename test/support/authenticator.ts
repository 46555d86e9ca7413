// An authenticator in software: makes passkeys and signs with them as a security key does (WebAuthn level 2, CTAP2 CBOR).

import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a site hands to `navigator.credentials.create`, as far as it is needed here. */
interface CreateOptions {
  challenge: string;
  rp: { id?: string };
  user: { id: string };
}

interface GetOptions {
  challenge: string;
  rpId?: string;
}

export interface AuthenticatorOptions {
  /** The page that asks, as the browser sees it. */
  origin: string;
  /** Whether its owner typed a PIN or showed a finger. */
  userVerified?: boolean;
  /** Added to the counter at each use; 0 never counts. */
  counts?: number;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;

export class Authenticator {
  readonly options: Required<AuthenticatorOptions>;
  counter = 0;
  readonly #id = randomBytes(32);
  readonly #key: KeyObject;
  readonly #public: KeyObject;
  #user = '';

  constructor(options: AuthenticatorOptions) {
    this.options = { userVerified: true, counts: 1, ...options };
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    this.#public = pair.publicKey;
  }

  get id(): string {
    return this.#id.toString('base64url');
  }

  create(options: CreateOptions) {
    this.#user = options.user.id;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.#id, this.#coseKey()]);
    const data = Buffer.concat([this.#head(options.rp.id ?? '', ATTESTED), attested]);
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      Buffer.from([0xa0]),
      cborText('authData'),
      cborBytes(data),
    ]);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  get(options: GetOptions) {
    const data = this.#head(options.rpId ?? '', 0);
    const client = this.#clientData('webauthn.get', options.challenge);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, this.#key).toString('base64url'),
        userHandle: this.#user,
      },
    };
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.options.origin, crossOrigin: false }));
  }

  #head(rpId: string, flags: number): Buffer {
    this.counter += this.options.counts;
    const verified = this.options.userVerified ? USER_VERIFIED : 0;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const hash = createHash('sha256').update(rpId).digest();
    return Buffer.concat([hash, Buffer.from([flags | USER_PRESENT | verified]), counter]);
  }

  /** RFC 9053 7.1.1: kty 2 (EC2), alg -7 (ES256), crv 1 (P-256), x, y. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#public.export({ format: 'jwk' }) as { x?: string; y?: string };
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      cborBytes(Buffer.from(x, 'base64url')),
      Buffer.from([0x22]),
      cborBytes(Buffer.from(y, 'base64url')),
    ]);
  }
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function cborBytes(octets: Buffer): Buffer {
  const head = octets.length < 256 ? [0x58, octets.length] : [0x59, octets.length >> 8, octets.length & 255];
  return Buffer.concat([Buffer.from(head), octets]);
}
