import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { seenEntry } from '../others-hosts.ts';
import { valueOf } from '../problem.ts';
import { pageLimit, queueQuery } from '../schemas.ts';
import { queueQueryOf } from './queue/by-address.ts';
import { queueEntry } from './queue/shapes.ts';

/** Recipients in the queue, oldest first. */
export function listQueue(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/queue/recipients',
    config: { access: { needs: 'queue:read', of: 'query' } },
    schema: {
      operationId: 'listQueue',
      summary: 'Recipients in the queue, oldest first',
      description: 'A page may be short, or empty, and still have a `next`: few of what was looked at were meant.',
      querystring: queueQuery.extend({ limit: pageLimit, after: z.string().max(200).optional() }),
      response: { 200: z.object({ entries: z.array(queueEntry), next: z.string().optional() }) },
    },
    handler: async ({ query: { limit, after, ...query }, principal }) => {
      const page = after === undefined ? { limit } : { limit, after };
      const { entries, next } = valueOf(
        await context.reader.queueList(await queueQueryOf(context, query), page),
        'query',
      );
      return {
        entries: entries.map((entry) => ({ ...seenEntry(principal, entry, context.control.directory) })),
        ...(next === undefined ? {} : { next }),
      };
    },
  });
}
