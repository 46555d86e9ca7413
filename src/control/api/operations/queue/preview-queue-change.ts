import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { valueOf } from '../../problem.ts';
import { queueEntry } from './shapes.ts';
import { QUEUE_VERBS, verbBody, verbOf } from './verb.ts';

const named = z.array(z.object({ name: z.string(), recipients: z.number() }));

/** Tells what a verb would be done to. */
export function previewQueueChange(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/queue/jobs/preview',
    config: { access: { needs: 'queue:write', of: 'operator' } },
    schema: {
      operationId: 'previewQueueChange',
      summary: 'See what a verb of the queue would be done to; nothing is done',
      description:
        'Counted by the same condition that the verb goes by: what is so already is left out. Give `until` to startQueueJob, so that what comes later is left alone.',
      body: verbBody.extend({ verb: z.enum(QUEUE_VERBS) }),
      response: {
        200: z.object({
          recipients: z.number(),
          messages: z.number(),
          customers: named.describe('The largest.'),
          customer_count: z.number(),
          destinations: named.describe('The largest.'),
          destination_count: z.number(),
          along: z.number().describe('hold: other recipients of the same messages; they wait too.'),
          size: z.number().describe('Octets of these messages.'),
          oldest_at: z.string().nullable(),
          more: z.boolean().describe('There was no time to look at all: there are more than this.'),
          sample: z.array(queueEntry).describe('Some of them, the oldest.'),
          until: z.string().describe('Names the newest recipient in the queue now.'),
        }),
      },
    },
    handler: async ({ body: { verb, hosts = ['unsaid'], ...body }, principal }) => {
      // Where to changes nothing about what is meant: it may be told before that is known.
      const meant = await verbOf(context, verb, { ...body, hosts }, actorOf(principal).who);
      return valueOf(await context.reader.queueMeant(meant), 'query');
    },
  });
}
