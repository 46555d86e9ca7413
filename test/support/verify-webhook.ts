// A receiver's side of Standard Webhooks 1.0, written from the text of the standard and with another library than the
// sender's: what the tests verify signatures with.

export interface Received {
  id: string;
  timestamp: number;
  body: Uint8Array;
}

/** Whether one of the signatures fits the secret (`whsec_…`) or public key (`whpk_…`). */
export async function verifyWebhook(received: Received, header: string, key: string): Promise<boolean> {
  const prefix = Buffer.from(`${received.id}.${received.timestamp}.`);
  const signed = new Uint8Array([...prefix, ...received.body]);
  const [version, algorithm, imported] = key.startsWith('whsec_') ? await hmac(key) : await ed25519(key);
  for (const one of header.split(' ')) {
    const [name, signature = ''] = one.split(',');
    if (name !== version) continue;
    const octets = new Uint8Array(Buffer.from(signature, 'base64'));
    if (await crypto.subtle.verify(algorithm, imported, octets, signed)) return true;
  }
  return false;
}

async function hmac(secret: string): Promise<[string, string, CryptoKey]> {
  const raw = new Uint8Array(Buffer.from(secret.slice('whsec_'.length), 'base64'));
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  return ['v1', 'HMAC', key];
}

async function ed25519(publicKey: string): Promise<[string, string, CryptoKey]> {
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x };
  return ['v1a', 'Ed25519', await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify'])];
}
