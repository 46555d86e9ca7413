// Links to one message: made, listed, revoked by those who see the message; opened by whoever has one.

import { z } from 'zod';
import type { QueueId } from '../../../../mail/message.ts';
import type { TraceMessage } from '../../../../mail/trace/trace.ts';
import { holds, type Principal } from '../../../access/principal.ts';
import type { MessageShareRow } from '../../../messages/tables.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { fault, says } from '../../field-faults.ts';
import { problem, valueOf } from '../../problem.ts';
import { queueId } from '../../schemas.ts';
import { direction, shownEvent, status, traceEvent } from './trace-schemas.ts';

const access = { needs: 'messages:read', of: 'object' } as const;
const HOUR_MS = 3_600_000;
const MOST_HOURS = 30 * 24;
const USUAL_HOURS = 7 * 24;

const shareSchema = z.object({
  id: z.string(),
  message: z.string(),
  recipient: z.number().nullable().describe('Index of the one recipient that it shows; null: all.'),
  subject: z.boolean().describe('It shows the subject.'),
  made_at: z.string(),
  made_by: z.string(),
  expires_at: z.string(),
  state: z.enum(['open', 'expired', 'revoked']),
  views: z.number(),
  seen_at: z.string().nullable(),
});

function shownShare(row: MessageShareRow): z.input<typeof shareSchema> {
  const isOver = row.expires_at <= Date.now();
  return {
    id: row.id,
    message: row.message,
    recipient: row.recipient,
    subject: row.subject === 1,
    made_at: new Date(row.made_at).toISOString(),
    made_by: row.who,
    expires_at: new Date(row.expires_at).toISOString(),
    state: row.revoked_at !== null ? 'revoked' : isOver ? 'expired' : 'open',
    views: row.views,
    seen_at: row.seen_at === null ? null : new Date(row.seen_at).toISOString(),
  };
}

/** Makes a link. */
export function shareMessage(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/trace/messages/:id/shares',
    config: { access },
    schema: {
      operationId: 'shareMessage',
      summary: 'Make a link that shows a message to somebody who does not sign in',
      description:
        'What it shows is masked: no local part of an address, nothing of the own network, no content. It ends by itself. The address of the link is shown this once.',
      params: z.object({ id: queueId }),
      body: z.strictObject({
        hours: z.number().int().min(1).max(MOST_HOURS).default(USUAL_HOURS).describe('How long it opens the message.'),
        recipient: z.number().int().min(0).optional().describe('Index of the one recipient that is shown.'),
        subject: z.boolean().default(false).describe('Show the subject; needs `messages:content`.'),
      }),
      response: { 201: shareSchema.extend({ url: z.string() }) },
    },
    handler: async ({ params: { id }, body: { hours, recipient, subject }, principal }, reply) => {
      const { entry } = await ownMessage(context, principal, id);
      if (subject && !holds(principal, 'messages:content')) {
        throw problem('subject-permission');
      }
      if (recipient !== undefined && recipient >= entry.recipients.length) {
        throw problem('no-such-recipient', {}, [fault('recipient', 'recipient-index')]);
      }
      if (entry.customer === undefined) throw problem('message-of-none');
      const lifeMs = hours * HOUR_MS;
      const share = { message: id, customer: entry.customer, recipient, lifeMs, subject };
      const { row, url } = await context.services.messages.shares.make(principal, share);
      return reply.code(201).send({ ...shownShare(row), url });
    },
  });
}

/** Links to a message. */
export function listShares(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/trace/messages/:id/shares',
    config: { access },
    schema: {
      operationId: 'listShares',
      summary: 'Links to a message, newest first',
      params: z.object({ id: queueId }),
      response: { 200: z.object({ entries: z.array(shareSchema) }) },
    },
    handler: async ({ params: { id }, principal }) => {
      await ownMessage(context, principal, id);
      return { entries: (await context.services.messages.shares.list(id)).map(shownShare) };
    },
  });
}

/** Ends a link. */
export function revokeShare(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/shares/:share',
    config: { access },
    schema: {
      operationId: 'revokeShare',
      summary: 'Revoke a link to a message',
      params: z.object({ share: z.string().regex(/^shr_[0-9a-f]{24}$/, says('share-id')) }),
      response: { 204: z.null() },
    },
    handler: async ({ params, principal }, reply) => {
      const row = await context.services.messages.shares.get(params.share);
      assertOwn(principal, row?.customer, 'link');
      if (row === undefined) throw problem('no-such-link');
      await context.services.messages.shares.revoke(principal, row);
      return reply.code(204).send(null);
    },
  });
}

/** What a link shows. The token comes in the body, so that it is in no log of addresses. */
export function openShare(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/shared-message',
    config: { access: { public: 'the token says which message it opens, and until when' } },
    schema: {
      operationId: 'openShare',
      summary: 'The message that a link opens, masked',
      body: z.strictObject({ token: z.string().min(20).max(100) }),
      response: {
        200: z.object({
          id: z.string(),
          at: z.string(),
          direction: direction.optional(),
          from: z.string().optional(),
          size: z.number().optional(),
          subject: z.string().optional(),
          recipients: z.array(z.object({ index: z.number(), address: z.string(), status })),
          events: z.array(traceEvent),
          expires_at: z.string(),
          relay: z.string().describe('Name of the relay.'),
        }),
      },
    },
    handler: async ({ body: { token } }, reply) => {
      // Whoever follows links for a living is to keep nothing of it.
      reply.header('x-robots-tag', 'noindex, nofollow, noarchive');
      const { row, message } = await context.services.messages.shares.open(token);
      const { events, ...rest } = message;
      return {
        ...rest,
        events: events.map(shownEvent),
        expires_at: new Date(row.expires_at).toISOString(),
        relay: context.status().hostname,
      };
    },
  });
}

async function ownMessage({ reader }: ApiContext, principal: Principal, id: QueueId): Promise<TraceMessage> {
  const message = valueOf(await reader.traceShow(id), 'id');
  if (message === undefined) throw problem('no-such-message');
  assertOwn(principal, message.entry.customer, 'message');
  return message;
}
