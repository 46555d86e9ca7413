// What a customer enters over its link, or the operator for it: a draft that may be saved with faults in it, as long as
// each value is of its kind. What is wrong with it is told when it is submitted (check-entry.ts).

import { hash } from 'node:crypto';
import { z } from 'zod';
import { says } from '../api/field-faults.ts';
import { LANGUAGES } from './accounts.ts';

const text = (most: number) => z.string().regex(new RegExp(`^[^\\x00-\\x1f\\x7f]{0,${most}}$`), says('one-line'));

/** 128 bits take 22 characters of base64 or 32 of hexadecimal. */
const SHORTEST_SECRET = 22;

const keptProofs = [
  z.literal('login'),
  z.strictObject({ header: text(76), value: text(200) }),
  z.strictObject({ secret_header: text(76), sha256: z.string().regex(/^[0-9a-f]{64}$/, says('sha256')) }),
] as const;

/** What shows that mail from a shared source is a customer's, as it is kept and shown. */
const keptProof = z.union(keptProofs);

const proof = z.union(
  [
    ...keptProofs,
    z
      .strictObject({
        secret_header: text(76),
        secret: z
          .string()
          .regex(/^[\x21-\x7e]{0,200}$/, says('visible-ascii'))
          .min(SHORTEST_SECRET, `must have ${SHORTEST_SECRET} characters or more, from a random generator`),
      })
      // A secret is kept as its hash from the first moment on.
      .transform(({ secret_header, secret }) => ({ secret_header, sha256: hash('sha256', secret, 'hex') })),
  ],
  'must be "login", { header, value } or { secret_header, secret } with a secret of 22 characters or more',
);

export const entryDomainSchema = z.strictObject({
  name: text(300).describe('Domain name, such as example.lu.'),
  inbound: z.boolean().default(true).describe('Mail for it comes in through us.'),
  outbound: z.boolean().default(true).describe('Mail of it goes out through us.'),
  subdomains: z.boolean().default(false).describe('Names below it count as it does.'),
});

export const entryMailHostSchema = z.strictObject({
  host: text(300).describe('Name or address of the server that takes the customer’s inbound mail.'),
  port: z.int().min(1).max(65_535).default(25),
  preference: z.int().min(0).max(65_535).default(10).describe('Lower is tried first.'),
  tls: z.enum(['opportunistic', 'verify', 'none']).default('opportunistic'),
});

function sourceWith<Proof extends z.ZodType>(given: Proof) {
  return z.strictObject({
    network: text(64).describe('Address or network that the customer’s mail comes from.'),
    shared: z.boolean().default(false).describe('Others send from it too, as with Microsoft 365: needs a proof.'),
    proof: given.optional().describe('What shows that mail from a shared source is this customer’s.'),
  });
}

export const entrySourceSchema = sourceWith(proof);

export const administratorSchema = z.strictObject({
  name: text(200),
  email: text(320),
  role: z.enum(['customer_administrator', 'customer_member', 'customer_viewer']).default('customer_administrator'),
  language: z.enum(LANGUAGES).default('en'),
});

function entryWith<Source extends z.ZodType>(source: Source) {
  return z.strictObject({
    domains: z.array(entryDomainSchema).max(1000).default([]),
    mailhosts: z.array(entryMailHostSchema).max(50).default([]),
    sources: z.array(source).max(1000).default([]),
    administrators: z.array(administratorSchema).max(50).default([]),
    portal: z.boolean().default(false).describe('The customer asks for the portal.'),
    test_recipient: text(320)
      .optional()
      .describe('Who gets the inbound test message; else postmaster of the first inbound domain.'),
  });
}

/** The whole draft, as it is entered. */
export const entrySchema = entryWith(entrySourceSchema);

/** The whole draft, as it is kept and shown. */
export const shownEntrySchema = entryWith(sourceWith(keptProof));

/** Some parts of it, each of which takes the place of what was there. */
export const entryPatchSchema = z.strictObject({
  domains: z.array(entryDomainSchema).max(1000).optional(),
  mailhosts: z.array(entryMailHostSchema).max(50).optional(),
  sources: z.array(entrySourceSchema).max(1000).optional(),
  administrators: z.array(administratorSchema).max(50).optional(),
  portal: z.boolean().optional(),
  test_recipient: text(320).nullable().optional(),
});

export type Entry = z.output<typeof entrySchema>;
export type EntryPatch = z.output<typeof entryPatchSchema>;
export type EntrySource = Entry['sources'][number];

/** An entry in which nothing was entered but the first domain, if the order named one. */
export function emptyEntry(domain?: string): Entry {
  return entrySchema.parse({ domains: domain === undefined ? [] : [{ name: domain }] });
}

/** The entry with some of its parts replaced. */
export function patchedEntry(entry: Entry, patch: EntryPatch): Entry {
  const { test_recipient, ...parts } = patch;
  const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const next: Entry = { ...entry, ...given };
  if (test_recipient === null) delete next.test_recipient;
  else if (test_recipient !== undefined) next.test_recipient = test_recipient;
  return next;
}
