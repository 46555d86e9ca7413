import { z } from 'zod';
import { withoutSubject } from '../../../mail/trace/without-subject.ts';
import { holds } from '../../access/principal.ts';
import { assertOwn } from '../access.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { seenEvent } from '../others-hosts.ts';
import { problem, valueOf } from '../problem.ts';
import { queueId } from '../schemas.ts';
import { shownEvent, traceEntry, traceEvent } from './messages/trace-schemas.ts';

/** All that is known of one message, each attempt with its conversation. */
export function showTrace(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/trace/messages/:id',
    config: { access: { needs: 'messages:read', of: 'object' } },
    schema: {
      operationId: 'showTrace',
      summary: 'All events of one message',
      description: 'The subject is shown to holders of `messages:content` alone.',
      params: z.object({ id: queueId }),
      response: { 200: z.object({ entry: traceEntry, events: z.array(traceEvent) }) },
    },
    handler: async ({ params, principal }) => {
      const message = valueOf(await context.reader.traceShow(params.id), 'id');
      if (message === undefined) {
        throw problem('not-in-trace', { message: params.id });
      }
      assertOwn(principal, message.entry.customer, 'message');
      const { subject, ...entry } = message.entry;
      const withSubject = holds(principal, 'messages:content');
      return {
        entry: withSubject && subject !== undefined ? { ...entry, subject } : entry,
        events: message.events.map((event) => {
          const seen = seenEvent(principal, event, context.control.directory);
          return shownEvent(withSubject ? seen : withoutSubject(seen));
        }),
      };
    },
  });
}
