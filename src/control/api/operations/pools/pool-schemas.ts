// Shapes of pools and addresses in the API.

import { z } from 'zod';
import { formatIp, parseIp } from '../../../../protocol/ip/network.ts';
import { recordName } from '../../../apply/document-schema.ts';
import type { AddressFinding } from '../../../pools/address-checks.ts';
import type { PoolView } from '../../../pools/pool-view.ts';
import { says } from '../../field-faults.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';

export const poolName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, says('id'));

export const ipAddress = z.string().transform((text, context) => {
  const ip = parseIp(text);
  if (ip !== undefined) return formatIp(ip);
  context.addIssue({ code: 'custom', message: says('ip') });
  return z.NEVER;
});

/** Said in EHLO; receivers want a name with a dot (RFC 5321 2.3.5). */
export const hostname = z
  .string()
  .regex(
    /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/,
    says('out-name'),
  )
  .transform((text) => text.toLowerCase());

export const spfName = recordName
  .or(z.literal(''))
  .describe('Name of the SPF include that covers the pool; empty: none does.');

export const reason = z.string().trim().min(1).max(500).optional().describe('Kept in the audit; needed to override.');
export const override = z.boolean().default(false).describe('Although the checks are against it; needs a reason.');

const finding = z.object({
  check: z.enum(['spf', 'reverse', 'forward']),
  state: z.enum(['ok', 'fail', 'unknown', 'unneeded']),
  expected: z.string(),
  found: z.string(),
  advice: z.string().optional(),
  words: wordsSchema,
});

const address = z.object({
  ip: z.string(),
  hostname: z.string(),
  state: z.enum(['active', 'draining', 'out']),
  since: z.string(),
  prepared: z.boolean().describe('Out, and about to be made active: the SPF include names it.'),
  in_spf: z.boolean().describe('Whether the SPF include has to name it.'),
  in_spf_until: z.string().optional().describe('Of an address that is out: until then.'),
  checks: z.array(finding),
  looked_at: z.string().nullable(),
});

export const poolSchema = z.object({
  name: z.string(),
  spf: z.string().nullable().describe('As set for this pool; null: the usual include.'),
  include: z.string().nullable().describe('Name of the SPF include that covers it; null: none does.'),
  addresses: z.array(address),
});

/** A check as the API shows it. */
export function shownFinding({ check, state, expected, found, advice }: AddressFinding): z.input<typeof finding> {
  const texts = { expected, found, ...(advice !== undefined && { advice }) };
  return { check, state, ...texts, ...wordsOf(texts) };
}

/** A pool as the API shows it. */
export function shownPool(pool: PoolView): z.input<typeof poolSchema> {
  return {
    name: pool.name,
    spf: pool.spf ?? null,
    include: pool.include ?? null,
    addresses: pool.addresses.map((one) => ({
      ip: one.ip,
      hostname: one.hostname,
      state: one.state,
      since: new Date(one.since).toISOString(),
      prepared: one.prepared,
      in_spf: one.named,
      ...(one.namedUntil !== undefined && { in_spf_until: new Date(one.namedUntil).toISOString() }),
      checks: one.findings.map(shownFinding),
      looked_at: one.lookedAt === undefined ? null : new Date(one.lookedAt).toISOString(),
    })),
  };
}
