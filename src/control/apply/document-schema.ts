// The `apply` file: pools and customers as the operator writes them, read into the facts that the mail path uses.

import { hash } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { DkimAlgorithm, SharedProof } from '../../mail/authorise/directory.ts';
import { listKey } from '../../mail/authorise/recipients/list-key.ts';
import { BUSINESS_STREAM, RELAY_CUSTOMER } from '../../mail/message.ts';
import { formatIp, formatNetwork, type IpNetwork, parseIp, parseNetwork } from '../../protocol/ip/network.ts';
import { prepare } from '../../protocol/sasl/prepare.ts';
import { parseAddress } from '../../protocol/smtp/address.ts';
import { toLookupDomain } from '../../protocol/smtp/domain.ts';
import { says } from '../api/field-faults.ts';
import { Problem } from '../api/problem.ts';
import { readKey } from '../dkim/key-material.ts';

const HOSTNAME = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?)*$/;
const FIELD_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,76}$/;
/** Fields that every message has or that mean something: no secret or mark can stand in them. */
const TAKEN_FIELDS =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|received|return-path|dkim-signature|mime-version|content-.*)$/i;
/** 128 bits take 22 characters of base64 or 32 of hexadecimal. */
const SHORTEST_SECRET = 22;

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, says('id'));
const line = z.string().regex(/^[^\x00-\x1f\x7f]{1,200}$/, says('one-line'));

/** A domain in any case and in U-labels or A-labels; read as lower-case A-labels. */
export const domainName = z.string().transform((text, context) => {
  const name = toLookupDomain(text.endsWith('.') ? text.slice(0, -1) : text);
  if (name !== undefined) return name;
  context.addIssue({ code: 'custom', message: says('domain-name') });
  return z.NEVER;
});

/** A wider one is no network of a customer: 0.0.0.0/0 would let everybody send as it. */
const WIDEST_PREFIX = { 4: 8, 6: 16 };

const network = z.string().transform((text, context) => {
  const parsed = parseNetwork(text.trim());
  const fault = 'fault' in parsed ? parsed.fault : widthFault(parsed);
  if (!('fault' in parsed) && fault === undefined) return formatNetwork(parsed);
  context.addIssue({ code: 'custom', message: `must be an address or a network: ${fault}` });
  return z.NEVER;
});

function widthFault(network: IpNetwork): string | undefined {
  const widest = WIDEST_PREFIX[network.family];
  if (network.prefix >= widest) return undefined;
  return `"${formatNetwork(network)}" is wider than /${widest}, and everybody in it could send as the customer`;
}

const address = z.string().transform((text, context) => {
  const ip = parseIp(text);
  if (ip !== undefined) return formatIp(ip);
  context.addIssue({ code: 'custom', message: says('ip') });
  return z.NEVER;
});

const host = z.string().refine((text) => isIP(text) !== 0 || HOSTNAME.test(text), 'must be a host name or an address');

const fieldName = z
  .string()
  .regex(FIELD_NAME, says('field-name'))
  .refine((name) => !TAKEN_FIELDS.test(name), 'must be a header field that has no other meaning');

const proof = z.union(
  [
    z.literal('login').transform((): SharedProof => ({ kind: 'login' })),
    z
      .strictObject({ header: fieldName, value: line })
      .transform(({ header, value }): SharedProof => ({ kind: 'header', name: header, value: value.trim() })),
    z
      .strictObject({
        secret_header: fieldName,
        secret: z
          .string()
          .regex(/^[\x21-\x7e]+$/, says('visible-ascii'))
          .min(SHORTEST_SECRET, `must have 128 bits: ${SHORTEST_SECRET} characters or more, from a random generator`),
      })
      .transform(
        ({ secret_header, secret }): SharedProof => ({
          kind: 'secret',
          name: secret_header,
          sha256: hash('sha256', secret, 'hex'),
        }),
      ),
    // As `export` writes it: the secret itself is not kept.
    z
      .strictObject({ secret_header: fieldName, sha256: z.string().regex(/^[0-9a-f]{64}$/, says('sha256')) })
      .transform(({ secret_header, sha256 }): SharedProof => ({ kind: 'secret', name: secret_header, sha256 })),
  ],
  'must be "login", { header, value } or { secret_header, secret } with a secret of 22 characters or more',
);

export const sourceSchema = z.union(
  [
    network.transform((text): { network: string; shared?: SharedProof } => ({ network: text })),
    z
      .strictObject({ network, shared: z.boolean().default(false), proof: proof.optional() })
      .transform((given, context): { network: string; shared?: SharedProof } => {
        if (given.shared) return { network: given.network, shared: given.proof ?? { kind: 'login' } };
        if (given.proof === undefined) return { network: given.network };
        context.addIssue({ code: 'custom', message: says('proof-needs-shared') });
        return z.NEVER;
      }),
  ],
  'must be an address or network in quotes, or { network, shared = true, proof = … }',
);

const match = z.string().transform((text, context) => {
  const found = /^header:([^=\s]+)=(.*)$/.exec(text);
  if (found?.[1] !== undefined && FIELD_NAME.test(found[1])) {
    return { header: found[1], value: (found[2] ?? '').trim() };
  }
  context.addIssue({ code: 'custom', message: says('header-proof') });
  return z.NEVER;
});

const stream = z.strictObject({
  name: id.refine((name) => name !== BUSINESS_STREAM, `must not be "${BUSINESS_STREAM}": that is all the rest`),
  pools: z.array(id).min(1),
  match,
});

const scram = z.strictObject({
  salt: z.base64(),
  iterations: z.int().min(4096).max(1_000_000),
  storedKey: z.base64().length(44, 'must be 32 octets in base64'),
  serverKey: z.base64().length(44, 'must be 32 octets in base64'),
});

const usable = (text: string) => prepare(text) !== undefined && prepare(text) !== '';

const login = z
  .strictObject({
    name: line.refine(usable, says('login-name')).transform((text) => prepare(text) ?? text),
    password: z.string().min(12, 'must have 12 characters or more').refine(usable, says('saslprep')).optional(),
    scram: scram.optional(),
  })
  .refine((given) => (given.password === undefined) !== (given.scram === undefined), says('password-or-scram'));

const sha256 = z.string().transform((text, context) => {
  const digest = text
    .replace(/^sha-?256:/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digest)) return digest;
  context.addIssue({ code: 'custom', message: says('sha256-hex') });
  return z.NEVER;
});

const certificate = z.union(
  [
    z.strictObject({ fingerprint: sha256 }).transform(({ fingerprint }) => `fingerprint:${fingerprint}`),
    z.strictObject({ public_key: sha256 }).transform(({ public_key }) => `public_key:${public_key}`),
    z.strictObject({ name: domainName }).transform(({ name }) => `name:${name}`),
  ],
  'must be { fingerprint = "sha256:…" }, { public_key = "sha256:…" } or { name = "mx.example.lu" }',
);

/** `ann@example.lu`, or `@example.lu` for every address of the domain. */
export const recipientSchema = z.string().transform((text, context) => {
  const domain = text.startsWith('@') ? toLookupDomain(text.slice(1)) : undefined;
  if (domain !== undefined) return `@${domain}`;
  const mailbox = parseAddress(text);
  if (mailbox !== undefined && !mailbox.literal) return listKey(mailbox.localPart, mailbox.domain);
  context.addIssue({ code: 'custom', message: says('ann-address') });
  return z.NEVER;
});

export const mailHostSchema = z.strictObject({
  host,
  port: z.int().min(1).max(65_535).default(25),
  preference: z.int().min(0).max(65_535).default(10),
  tls: z.enum(['opportunistic', 'verify', 'none']).default('opportunistic'),
  /** The customer's own word, not the operator's: private and loopback addresses behind it are passed over. */
  guarded: z.literal(true).optional(),
});

const selector = z
  .string()
  .regex(
    /^(?=.{1,100}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*$/,
    says('selector'),
  )
  .transform((text) => text.toLowerCase());

const dkimKey = z
  .strictObject({
    selector,
    /** Empty: for all streams that have no key of their own. */
    stream: id.or(z.literal('')).default(''),
    private_key: z.string(),
  })
  .transform(({ selector, stream, private_key }, context) => {
    const material = readKey(private_key);
    if (!(material instanceof Problem)) return { selector, stream, material };
    context.addIssue({ code: 'custom', path: ['private_key'], message: material.message });
    return z.NEVER;
  });

const algorithms: DkimAlgorithm[] = ['rsa', 'ed25519'];

const dkim = z.union(
  [
    z
      .boolean()
      .transform((on) => (on ? { make: algorithms, streams: [], published: false, keys: [] } : (false as const))),
    z
      .strictObject({
        make: z.array(z.enum(['rsa', 'ed25519'])).optional(),
        streams: z.array(id).default([]),
        published: z.boolean().default(false),
        keys: z.array(dkimKey).default([]),
      })
      // Who brings keys along wants those, and no others beside them.
      .transform(({ make, ...given }) => ({ make: make ?? (given.keys.length > 0 ? [] : algorithms), ...given })),
  ],
  'must be true, false or { make, streams, published, keys }',
);

const domain = z.strictObject({
  name: domainName,
  outbound: z.boolean().default(true),
  inbound: z.boolean().default(true),
  subdomains: z.boolean().default(false),
  /** `true` is the operator's word. "dns": the checks saw the proof, and go on looking; without it that stays as it is. */
  verified: z.union([z.boolean(), z.literal('dns')], 'must be true, false or "dns"').optional(),
  /** Without it the domain goes on signing as it does. */
  dkim: dkim.optional(),
});

const grant = z.strictObject({
  domain: domainName,
  stream: z.union([z.literal('*'), id]).default('*'),
  proof: line,
});

const customer = z.strictObject({
  id: id.refine((name) => name !== RELAY_CUSTOMER, `must not be "${RELAY_CUSTOMER}": that is the relay itself`),
  name: line.optional(),
  /** Without it the customer stays as it is: a file must not lift a suspension by saying nothing. */
  state: z.enum(['verifying', 'live', 'suspended', 'deactivated']).optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, says('language-tag'))
    .default('en'),
  foreign_from: z.enum(['refuse', 'rewrite']).default('refuse'),
  hide: z.enum(['off', 'usual', 'strict']).default('usual'),
  forwards: z.enum(['refuse', 'srs']).default('refuse'),
  return_path: z.enum(['sender', 'relay']).default('sender'),
  recipient_check: z.enum(['none', 'list', 'call-ahead']).default('none'),
  pools: z.array(id).default([]),
  sources: z.array(sourceSchema).default([]),
  mailhosts: z.array(mailHostSchema).default([]),
  domains: z.array(domain).default([]),
  grants: z.array(grant).default([]),
  streams: z.array(stream).default([]),
  logins: z.array(login).default([]),
  certificates: z.array(certificate).default([]),
  recipients: z.array(recipientSchema).default([]),
});

/** A name in DNS that holds a record: unlike a domain it may begin with an underscore. */
export const recordName = z
  .string()
  .regex(HOSTNAME, says('include-name'))
  .transform((text) => text.toLowerCase());

const pool = z.strictObject({
  name: id,
  /** Which SPF include covers it; empty: none. Without it the usual one does. */
  spf: recordName.or(z.literal('')).optional(),
  addresses: z
    .array(
      z.strictObject({
        ip: address,
        hostname: z.string().regex(HOSTNAME, says('host-name')),
        state: z.enum(['active', 'draining', 'out']).default('active'),
      }),
    )
    .default([]),
});

/** The whole file. */
export const documentSchema = z.strictObject({
  pool: z.array(pool).default([]),
  customer: z.array(customer).default([]),
});

export type ApplyDocument = z.output<typeof documentSchema>;
export type CustomerEntry = ApplyDocument['customer'][number];
export type DomainEntry = CustomerEntry['domains'][number];
