// A message's way through the relay, in the few steps that somebody who sees it for the first time wants to know.

import { z } from 'zod';
import type { Attempt, Cause, RemoteReply } from '../../mail/message.ts';
import type { AcceptedEvent, MailEvent } from '../../mail/report/events.ts';

export const journeyStep = z.object({
  at: z.string().describe('ISO 8601.'),
  type: z.string().describe('As in the reference of events.'),
  recipient: z.string().nullable(),
  client: z.string().nullable().describe('Of the acceptance: address of who brought it.'),
  checks: z
    .array(z.object({ check: z.string(), result: z.string(), verdict: z.string() }))
    .describe('Of the acceptance: what each check said.'),
  hidden: z
    .array(z.object({ field: z.string(), before: z.string(), after: z.string().nullable() }))
    .describe("Of the acceptance: what was hidden of the customer's network."),
  host: z.string().nullable().describe('Of an attempt: the receiver.'),
  sent_from: z.string().nullable().describe('Of an attempt: our address.'),
  tls: z.string().nullable(),
  ms: z.number().nullable(),
  signed: z.array(z.string()).describe('Of an attempt: DKIM keys that signed.'),
  said: z.string().nullable().describe('What the receiver said last, or why it was not tried.'),
  conversation: z.array(z.object({ said: z.string(), reply: z.string().nullable(), ms: z.number() })),
});

export type JourneyStep = z.output<typeof journeyStep>;

const NOTHING = {
  recipient: null,
  client: null,
  checks: [],
  hidden: [],
  host: null,
  sent_from: null,
  tls: null,
  ms: null,
  signed: [],
  said: null,
  conversation: [],
} satisfies Omit<JourneyStep, 'at' | 'type'>;

/** The steps, the oldest first. */
export function journeyOf(events: readonly MailEvent[]): JourneyStep[] {
  return events.map((event) => {
    const base = { ...NOTHING, at: new Date(event.at).toISOString(), type: event.type };
    if (event.type === 'message.accepted') return { ...base, ...accepted(event) };
    if (!('recipient' in event) || event.type === 'message.rejected') return base;
    const said = 'reply' in event ? replyText(event.reply) : null;
    return {
      ...base,
      recipient: event.recipient,
      said: said ?? causeText(event.cause),
      ...(event.attempt !== undefined && attempted(event.attempt)),
    };
  });
}

function accepted({ meta, hidden = [] }: AcceptedEvent): Partial<JourneyStep> {
  return {
    client: meta.origin.ip,
    checks: (meta.inspection ?? []).map(({ check, result, verdict }) => ({ check, result, verdict })),
    hidden: hidden.map(({ field, before, after }) => ({ field, before, after: after ?? null })),
  };
}

function attempted(attempt: Attempt): Partial<JourneyStep> {
  const { host, ip, from, tls, durationMs, signed = [], conversation } = attempt;
  return {
    host: host === undefined || host === ip ? (ip ?? null) : `${host}${ip === undefined ? '' : ` (${ip})`}`,
    sent_from: from?.ip ?? null,
    tls: tls?.version ?? null,
    ms: durationMs,
    signed: [...signed],
    conversation: conversation.map(({ said, reply, ms }) => ({ said, reply: reply ?? null, ms })),
  };
}

function replyText(reply: RemoteReply | undefined): string | null {
  if (reply === undefined) return null;
  return [reply.code, reply.enhanced, reply.text].filter((part) => part !== undefined).join(' ');
}

function causeText(cause: Cause | undefined): string | null {
  if (cause === undefined) return null;
  return cause.from === 'remote' ? replyText(cause.reply) : (cause.detail ?? cause.cause);
}
