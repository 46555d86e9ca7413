// Values that settings of protection may have, and who may change them.

import { z } from 'zod';
import type { ProtectionKey, ProtectionSettings } from '../../mail/inspect/protection.ts';
import type { Direction } from '../../mail/message.ts';
import { type FieldFault, fault, says } from '../api/field-faults.ts';

/** rspamd gives no higher score to anything; past it a threshold would mean "never" without saying so. */
const HIGHEST_SCORE = 1000;
const score = z.number().min(0).max(HIGHEST_SCORE).nullable();

/** Any of the settings; what is not named is left alone. */
export const settingValues = z.strictObject({
  virus: z.enum(['reject', 'quarantine']).describe('A virus was found.'),
  virus_unavailable: z
    .enum(['later', 'hold'])
    .describe('No virus scanner answers in time: the sender is asked to come back, or the message waits for a person.'),
  virus_oversize: z.enum(['hold', 'reject']).describe('The message is larger than the virus scanner takes.'),
  spam_tag: score.describe('Score from which mail is marked; null: never.'),
  spam_quarantine: score.describe('Score from which mail is quarantined; null: never.'),
  spam_reject: score.describe('Score from which mail is refused; null: never.'),
  spam_subject: z
    .string()
    .max(60)
    .regex(/^[^\x00-\x1f\x7f]*$/, says('one-line'))
    .describe('Put before the subject of marked mail; empty: a header field alone says so.'),
  spam_unavailable: z.enum(['later', 'hold']).describe('No spam scanner answers in time.'),
  dmarc: z.enum(['follow', 'note']).describe("Whether the DMARC wish of the domain's owner is followed."),
  spf_fail: z.enum(['note', 'quarantine', 'reject']).describe('A plain SPF failure of a domain without DMARC.'),
  ambiguous: z
    .enum(['quarantine', 'reject'])
    .describe('Mail that can be read in two ways, broken archives in it included, or past the limits.'),
  unreadable: z
    .enum(['pass', 'quarantine', 'reject'])
    .describe('Archives that cannot be looked into: encrypted, or of a kind that only virus scanners know.'),
  greylist: z.boolean().describe("Strangers' first mail has to come twice."),
  quarantine_days: z.number().int().min(1).max(365).describe('Days after which quarantined mail is removed.'),
  quarantine_digest: z.enum(['off', 'daily', 'weekly']).describe('How often people are told what is in quarantine.'),
  lock_senders: z.boolean().describe('A sender that leaves its habits is slowed and locked.'),
} satisfies Record<ProtectionKey, z.ZodType>);

export const PROTECTION_KEYS = Object.keys(settingValues.shape) as ProtectionKey[];

/**
 * What a customer's own people cannot change, for others send from the same addresses: what becomes of its spam, and
 * whether senders that were taken over are stopped.
 */
export const OPERATORS_ALONE: Readonly<Record<Direction, readonly ProtectionKey[]>> = {
  inbound: ['lock_senders'],
  outbound: ['spam_quarantine', 'spam_reject', 'lock_senders'],
};

/** Why these settings contradict each other, with the key at fault; nothing where they do not. */
export function contradiction(settings: ProtectionSettings): FieldFault | undefined {
  const steps = (['spam_tag', 'spam_quarantine', 'spam_reject'] as const).filter((key) => settings[key] !== null);
  for (const [index, key] of steps.entries()) {
    const next = steps[index + 1];
    if (next === undefined) continue;
    const [lower, higher] = [settings[key] ?? 0, settings[next] ?? 0];
    if (lower > higher) return fault(`set.${key}`, 'higher-than', { value: lower, other: next, otherValue: higher });
  }
  return undefined;
}
