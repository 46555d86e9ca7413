// Shapes of the trace: entries and lines of lists, events of a message.

import { z } from 'zod';
import { BOUNCE_CLASSES } from '../../../../mail/report/bounce-class.ts';
import { FINAL_EVENTS, type MailEvent } from '../../../../mail/report/events.ts';
import { TRACE_STATUSES, type TraceOn } from '../../../../mail/trace/trace.ts';
import type { MaskedEvent } from '../../../messages/masked-message.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';

export const status = z.enum(TRACE_STATUSES);
export const direction = z.enum(['outbound', 'inbound']);
const bounceClass = z.enum(BOUNCE_CLASSES);
const permanence = z.enum(['permanent', 'temporary']);
const responsible = z.enum(['recipient', 'customer', 'easymail', 'remote']);

/** How to ask for a page. */
export const searchQuery = {
  q: z
    .string()
    .max(4000)
    .default('')
    .describe(
      'Terms, all of which must fit: `id: from: to: domain: customer: status: direction: class: message-id: ip: since: until:` and free words. See docs/api.md.',
    ),
  before: z.string().max(200).optional().describe('`next` of the page before.'),
  within: z.coerce
    .number()
    .int()
    .min(50)
    .max(10_000)
    .default(10_000)
    .describe('Milliseconds after which it answers with what it has found so far, and where to go on.'),
};

/** Where a list goes on. */
export const searchedOn = {
  next: z.string().optional().describe('There may be more: `before` of the page that follows.'),
  searched_to: z.string().optional().describe('With `next`: everything accepted later than this was looked at.'),
};

/** The same for the answer. */
export function shownOn({ next, searchedTo }: TraceOn): { next?: string; searched_to?: string } {
  return {
    ...(next !== undefined && { next }),
    ...(searchedTo !== undefined && { searched_to: new Date(searchedTo).toISOString() }),
  };
}

/** A message, or a refusal. */
export const traceEntry = z.looseObject({
  cursor: z.string(),
  id: z.string().optional().describe('Absent for a refusal.'),
  at: z.string(),
  customer: z.string().optional(),
  direction: direction.optional(),
  from: z.string().optional(),
  recipients: z.array(z.object({ address: z.string(), status })),
  more_recipients: z.number().optional().describe('Recipients left out.'),
  ip: z.string().optional(),
  size: z.number().optional(),
  message_id: z.string().optional(),
  subject: z.string().optional(),
  reply: z.string().optional().describe('Of a refusal.'),
  count: z.number().optional().describe('Of a refusal that stands for many.'),
});

/** A recipient of a message, or a refusal. */
export const traceRow = z.object({
  cursor: z.string(),
  id: z.string().optional().describe('Of the message; absent for a refusal.'),
  index: z.number().optional().describe('Of the recipient in its message.'),
  at: z.string().describe('When it was accepted, or refused.'),
  customer: z.string().optional(),
  direction: direction.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  status,
  changed_at: z.string().optional().describe('Of the last outcome.'),
  ip: z.string().optional().describe('Of the client that brought it.'),
  size: z.number().optional(),
  message_id: z.string().optional(),
  subject: z.string().optional(),
  score: z.number().optional().describe('Of the spam check.'),
  attempts: z.number().optional(),
  host: z.string().optional().describe('Of the last attempt.'),
  sent_from: z.string().optional().describe('Our address of the last attempt.'),
  pool: z.string().optional(),
  reply: z.string().optional().describe('What the remote said last; of a refusal our own reply.'),
  refusal: z.string().optional().describe('Of a refusal the name of our reply (docs/reference/replies.md).'),
  cause: z.string().optional().describe('Our own reason, where no remote said anything.'),
  class: bounceClass.optional(),
  permanence: permanence.optional(),
  responsible: responsible.optional(),
  more: z.number().optional().describe('Recipients of the same message that fit and are left out after this one.'),
  count: z.number().optional().describe('Of a refusal that stands for many.'),
});

const reply = z.looseObject({ code: z.number(), enhanced: z.string().optional(), text: z.string() });
const detail = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]);

/** What one check said. */
export const inspectionNote = z.looseObject({
  check: z.string(),
  result: z.string(),
  verdict: z.string(),
  ms: z.number(),
  details: z.record(z.string(), detail).optional(),
});

const tls = z.looseObject({ version: z.string(), cipher: z.string(), verified: z.boolean().optional() });

const attempt = z.looseObject({
  number: z.number(),
  at: z.number(),
  durationMs: z.number(),
  host: z.string().optional(),
  ip: z.string().optional(),
  from: z.looseObject({ ip: z.string(), hostname: z.string(), pool: z.string().optional() }).optional(),
  tls: tls.optional(),
  reused: z.boolean().optional(),
  signed: z.array(z.string()).readonly().optional(),
  conversation: z.array(z.looseObject({ said: z.string(), reply: z.string().optional(), ms: z.number() })),
});

const cause = z.looseObject({
  from: z.enum(['remote', 'us']),
  stage: z.string().optional(),
  host: z.string().optional(),
  reply: reply.optional(),
  cause: z.string().optional(),
  detail: z.string().optional(),
  words: wordsSchema,
});

const meta = z.looseObject({
  sender: z.string().optional(),
  direction: direction.optional(),
  stream: z.string().optional(),
  size: z.number().optional(),
  subject: z.string().optional(),
  messageId: z.string().optional(),
  originalMessageId: z.string().optional(),
  headerFrom: z.string().optional(),
  authorDomain: z.string().optional(),
  envelopeFrom: z.string().optional(),
  origin: z
    .looseObject({
      ip: z.string().optional(),
      helo: z.string().optional(),
      login: z.string().optional(),
      tls: tls.optional(),
    })
    .optional(),
  inspection: z.array(inspectionNote).readonly().optional(),
});

const EVENT_TYPES = [
  'message.accepted',
  'message.rejected',
  'message.held',
  'message.released',
  'message.quarantined',
  ...FINAL_EVENTS,
  'message.recipient.deferred',
  'message.recipient.delay_told',
  'message.recipient.held',
  'message.recipient.released',
  'message.recipient.complained',
  'message.recipient.rerouted',
  'message.recipient.retried',
] as const;

/** What an event says, each field where its type has it. Times are milliseconds since 1970. */
export const traceEvent = z.looseObject({
  type: z.enum(EVENT_TYPES),
  at: z.number(),
  meta: meta.optional().describe('message.accepted: all that is known of the message but its content.'),
  recipients: z.array(z.string()).optional(),
  hidden: z
    .array(
      z.looseObject({
        field: z.string(),
        before: z.string(),
        after: z.string().optional().describe('Absent where the field was taken out.'),
        kept: z.literal('signed').optional(),
      }),
    )
    .optional()
    .describe("message.accepted: header fields that told of the customer's own network."),
  hiddenMore: z.number().optional(),
  index: z.number().optional().describe('message.recipient.*: of the recipient.'),
  recipient: z.string().optional(),
  attempt: attempt.optional(),
  reply: z.union([reply, z.string()]).optional().describe('Of a refusal of ours its name.'),
  cause: cause.optional(),
  nextAttemptAt: z.number().optional(),
  bounce: z
    .looseObject({ permanence, class: bounceClass, responsible, asynchronous: z.boolean() })
    .optional()
    .describe('What a failure means, and who can do something about it.'),
  suppressed: z.literal(true).optional(),
  reason: z.string().optional().describe('Of holds: the kind.'),
  by: z.string().optional(),
  note: z.string().optional(),
  words: wordsSchema,
  notice: z
    .looseObject({ subject: z.string(), id: z.string().optional(), none: z.string().optional() })
    .optional()
    .describe('Whether the sender was told, or why not.'),
  asynchronous: z.literal(true).optional().describe('Came after the last word: a note on it.'),
});

/** An event as it is answered; the schema looks at it once more on its way out. */
export function shownEvent(event: MailEvent | MaskedEvent): z.input<typeof traceEvent> {
  const told = event as z.input<typeof traceEvent>;
  const shown = { ...told, ...wordsOf({ note: told.note }) };
  if (shown.cause?.detail === undefined) return shown;
  return { ...shown, cause: { ...shown.cause, ...wordsOf({ detail: shown.cause.detail }) } };
}
