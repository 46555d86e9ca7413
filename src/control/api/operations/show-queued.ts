import { z } from 'zod';
import { customerOf, holds as mayRead } from '../../access/principal.ts';
import { assertOwn } from '../access.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { seenEntry } from '../others-hosts.ts';
import { problem, valueOf } from '../problem.ts';
import { wordsOf } from '../reasons.ts';
import { queueId } from '../schemas.ts';
import { queuedMessage } from './queue/shapes.ts';

/** One message of the queue with its recipients and holds. */
export function showQueued(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/queue/messages/:id',
    config: { access: { needs: 'queue:read', of: 'object' } },
    schema: {
      operationId: 'showQueued',
      summary: 'One message of the queue',
      description: 'The subject is shown to holders of `messages:content` alone.',
      params: z.object({ id: queueId }),
      response: { 200: queuedMessage },
    },
    handler: async ({ params, principal }) => {
      const message = valueOf(await context.reader.queueShow(params.id), 'id');
      if (message === undefined) {
        throw problem('not-queued-see-trace', { message: params.id });
      }
      assertOwn(principal, message.meta.customer, 'message');
      const { meta, recipients, holds, bodyFile, sealed } = message;
      const { subject, origin, ...rest } = meta;
      const shown = subject !== undefined && mayRead(principal, 'messages:content') ? { ...rest, subject } : rest;
      return {
        meta: { ...shown, origin: { ...origin } },
        recipients: recipients.map((entry) => seenEntry(principal, entry, context.control.directory)),
        holds: holds.map((hold) => ({ ...hold, ...wordsOf({ note: hold.note }) })),
        sealed,
        // Where it lies on the disk of the relay is the operator's.
        ...(customerOf(principal) === undefined && { bodyFile }),
      };
    },
  });
}
