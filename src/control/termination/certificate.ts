// The certificate of a removal: what was removed, when and by whom, what stays, why and until when. Signed with a key of
// the relay (RFC 8032) over its canonical form (RFC 8785), so that nobody can change a letter of it.

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../protocol/json/canonical.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const moment = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Things that were removed: how many, the first of them in order, and a hash over all of them. */
const removedThings = z.strictObject({
  count: z.int().min(0),
  items: z.array(z.string()).describe('The first thousand, in order.'),
  sha256: sha256.describe('SHA-256 of the canonical JSON list of all of them.'),
});

const counted = z.strictObject({ count: z.int().min(0) });

const destroyedKey = z.strictObject({
  domain: z.string(),
  selector: z.string(),
  algorithm: z.enum(['rsa', 'ed25519']),
  public_key_sha256: sha256.describe('SHA-256 of the public half, as it stood in DNS.'),
});

/** What was removed, by kind. Of things that name people only the number is said. */
export const removedSchema = z.strictObject({
  mail_hosts: removedThings,
  domains: removedThings,
  sources: removedThings,
  logins: counted,
  client_certificates: counted,
  grants: removedThings.describe('Domains of others that the customer could send for, and grants of its own domains.'),
  dkim_keys: z.strictObject({ count: z.int().min(0), items: z.array(destroyedKey), sha256 }),
  recipients: counted.describe('Addresses on its list of recipients.'),
  suppressions: counted.describe('Addresses that its mail was not sent to.'),
  users: counted,
  api_keys: counted,
  webhooks: counted,
  links: counted,
  contacts: counted,
});
export type Removed = z.output<typeof removedSchema>;

/** What is kept after a removal, in words that the papers know in each language. */
export const REMAINS = ['trace', 'audit', 'events', 'notices', 'backups', 'contract', 'certificate'] as const;

const remainsSchema = z.array(
  z.strictObject({
    what: z.enum(REMAINS),
    until: day.nullable().describe('The last day; null: without an end.'),
  }),
);

export const certificateSchema = z.strictObject({
  format: z.literal('easymail.removal.1'),
  number: z.string(),
  language: z.enum(['en', 'de', 'fr']),
  operator: z.strictObject({ name: z.string(), address: z.string().nullable(), relay: z.string() }),
  customer: z.strictObject({ id: z.string(), name: z.string() }),
  cause: z.enum(['subscription', 'operator']),
  service_ended: day.describe('First day without a subscription beside Easymail.'),
  noticed: day,
  deactivated_at: moment,
  removed_at: moment,
  removed_by: z.string().describe('`easymail`: by the relay, on the day that was announced.'),
  removed: removedSchema,
  remains: remainsSchema,
  dns: z
    .array(
      z.strictObject({
        type: z.string(),
        host: z.string(),
        value: z.string(),
        state: z.enum(['present', 'gone', 'unknown']),
      }),
    )
    .describe('Records that named the relay, as they were found last.'),
});
export type Certificate = z.output<typeof certificateSchema>;

/** A certificate with its signature, as it is given to the customer. */
export const signedCertificateSchema = z.strictObject({
  certificate: certificateSchema,
  signature: z.strictObject({
    algorithm: z.literal('Ed25519'),
    key: z.string().describe('Name of the key: the first 16 hexadecimal digits of the SHA-256 of its public half.'),
    public_key: z.string().describe('The public half, 32 octets in base64.'),
    value: z.string().describe('Over the canonical JSON (RFC 8785) of `certificate`, in base64.'),
  }),
});
export type SignedCertificate = z.output<typeof signedCertificateSchema>;

/** Most items that a certificate names one by one. */
const NAMED = 1000;

/** Things as a certificate tells of them. */
export function things(all: readonly string[]): Removed['domains'] {
  const items = [...all].sort();
  return { count: items.length, items: items.slice(0, NAMED), sha256: hashOf(items) };
}

/** Destroyed keys likewise. */
export function destroyedKeys(all: readonly z.output<typeof destroyedKey>[]): Removed['dkim_keys'] {
  return { count: all.length, items: all.slice(0, NAMED), sha256: hashOf(all) };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** RFC 8410 4: what stands before the 32 octets of a public key in its DER form. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The 32 octets of a public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
}

/** Name of a key. */
export function keyId(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}

/** The signature over a content as it is kept. */
export function signContent(content: string, privateKey: Uint8Array): Buffer {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
  return sign(null, Buffer.from(content, 'utf8'), key);
}

/** What a check of a certificate found. */
export type Verified =
  | { ok: true; certificate: Certificate; key: string }
  | { ok: false; fault: 'not a certificate' | 'changed' | 'unknown key'; detail: string };

/**
 * Whether a text is a certificate that one of these keys signed, letter by letter. `keys`: public halves by name; without
 * any only the certificate's own word says whose key it is, so there is no such call.
 */
export function verifyCertificate(text: string, keys: ReadonlyMap<string, Uint8Array>): Verified {
  const parsed = parse(text);
  if (typeof parsed === 'string') return { ok: false, fault: 'not a certificate', detail: parsed };
  const { certificate, signature } = parsed;
  const known = keys.get(signature.key);
  if (known === undefined) {
    return { ok: false, fault: 'unknown key', detail: `this relay has never had a key ${signature.key}` };
  }
  if (!Buffer.from(known).equals(Buffer.from(signature.public_key, 'base64'))) {
    return { ok: false, fault: 'unknown key', detail: `the certificate shows another key as ${signature.key}` };
  }
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, known]), format: 'der', type: 'spki' });
  const content = Buffer.from(canonicalJson(certificate), 'utf8');
  if (!verify(null, content, key, Buffer.from(signature.value, 'base64'))) {
    return { ok: false, fault: 'changed', detail: 'the signature does not fit what the certificate says' };
  }
  return { ok: true, certificate, key: signature.key };
}

function parse(text: string): SignedCertificate | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const parsed = signedCertificateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  return parsed.error.issues
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .slice(0, 3)
    .join('; ');
}
