// Shapes of the operations on the quarantine.

import { z } from 'zod';
import { HELD_REASONS } from '../../../../mail/inspect/held-reason.ts';
import type { HeldMessage, HeldQuery } from '../../../../mail/queue/read-held.ts';
import { customerOf, holds, type Principal } from '../../../access/principal.ts';
import type { Language } from '../../../notices/languages.ts';
import { LANGUAGES } from '../../../notices/languages.ts';
import { releaseRefusal, type Side } from '../../../quarantine/may-release.ts';
import type { Quarantine } from '../../../quarantine/quarantine.ts';
import { foundIn, reasonWords } from '../../../quarantine/reason-words.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';
import { customerId, isoTime, queueId } from '../../schemas.ts';

const address = z.string().min(1).max(320);

/** Which messages are meant; all that is given must fit. */
export const heldQuery = z.strictObject({
  id: queueId.optional(),
  customer: customerId.optional(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  from: address.optional().describe('Envelope sender or From: an address, or `@domain`.'),
  to: address.optional().describe('Address, or `@domain`.'),
  reason: z.enum(HELD_REASONS).optional().describe('Why it is held.'),
  since: isoTime.optional().describe('Accepted at this time or later.'),
  before: isoTime.optional().describe('Accepted before this time.'),
});

export const language = z.enum(LANGUAGES).default('en').describe('Language of the reasons.');

export const heldMessage = z.object({
  id: z.string(),
  customer: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  stream: z.string(),
  from: z.string().describe('Envelope sender; empty for a notice.'),
  header_from: z.string().nullable().describe('Address of the From that people see.'),
  subject: z.string().nullable().describe('For holders of `messages:content` alone.'),
  to: z.array(z.string()).describe('Recipients that wait, 200 at most.'),
  recipients: z.number().describe('How many recipients wait.'),
  size: z.number(),
  accepted_at: z.string(),
  expires_at: z.string().describe('When it is removed, by the settings of now; it is announced before.'),
  reason: z.enum(HELD_REASONS).describe('The gravest.'),
  reasons: z.array(z.enum(HELD_REASONS)),
  words: z.array(z.string()).describe('The reasons in words.'),
  score: z.number().nullable().describe('Points of the spam scanner; null where it said none.'),
  found: z.array(z.string()).describe('What checks named: viruses, rules, traits.'),
  by: z.array(z.string()).describe('The checks that kept it back; whoever held it by hand.'),
  note: z.string().nullable().describe('What was said with the hold.'),
  note_words: wordsSchema,
  may_release: z.boolean().describe('Whether you may release it. A virus goes by releaseVirus alone.'),
});

/** The query without what was left out. */
export function definedHeldQuery(query: z.output<typeof heldQuery>): HeldQuery {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** Whose people ask. */
export function sideOf(principal: Principal): Side {
  return customerOf(principal) === undefined ? 'operator' : 'customer';
}

/** Messages as the asker sees them. */
export async function seenMessages(
  quarantine: Quarantine,
  messages: readonly HeldMessage[],
  { principal, language }: { principal: Principal; language: Language },
): Promise<z.input<typeof heldMessage>[]> {
  const subjects = holds(principal, 'messages:content') ? await quarantine.subjects(messages) : undefined;
  const mayWrite = holds(principal, 'quarantine:write');
  return messages.map((message) => ({
    id: message.id,
    customer: message.customer,
    direction: message.direction,
    stream: message.stream,
    from: message.sender,
    header_from: message.headerFrom ?? null,
    subject: subjects?.get(message.id) ?? null,
    to: message.recipients,
    recipients: message.recipientCount,
    size: message.size,
    accepted_at: new Date(message.acceptedAt).toISOString(),
    expires_at: new Date(quarantine.expiry(message)).toISOString(),
    reason: message.reasons[0] ?? 'person',
    reasons: message.reasons,
    words: reasonWords(message, language),
    ...foundIn(message),
    note: message.note ?? null,
    note_words: wordsOf({ note: message.note }).words,
    may_release: mayWrite && releaseRefusal(message, sideOf(principal)) === undefined,
  }));
}

/** What one check said. */
export const checkShape = z.object({
  check: z.string(),
  result: z.string(),
  verdict: z.string().describe('What followed from it.'),
  ms: z.number(),
  details: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]))
    .optional()
    .describe('Plain values for people.'),
});
