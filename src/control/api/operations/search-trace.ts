import { z } from 'zod';
import type { TraceSight } from '../../../mail/trace/read-messages.ts';
import { holds } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { valueOf } from '../problem.ts';
import { customerId, pageLimit } from '../schemas.ts';

/** Messages and refusals that fit a query, newest first. */
export function searchTrace(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/trace',
    config: { access: { needs: 'messages:read', of: 'query' } },
    schema: {
      operationId: 'searchTrace',
      summary: 'Messages and refusals, newest first',
      description: 'Subjects are shown to, and found by, holders of `messages:content` alone.',
      querystring: z.strictObject({
        q: z
          .string()
          .max(1000)
          .default('')
          .describe('`id: from: to: customer: status: message-id: since:` and free words.'),
        customer: customerId.optional().describe('Messages of this customer alone.'),
        limit: pageLimit,
        before: z.string().max(200).optional(),
      }),
      response: { 200: z.object({ entries: z.array(z.looseObject({})), next: z.string().optional() }) },
    },
    handler: async ({ query: { q, customer, limit, before }, principal }) => {
      const sight: TraceSight = holds(principal, 'messages:content') ? {} : { subjects: false };
      if (customer !== undefined) sight.customer = customer;
      const page = before === undefined ? { limit, sight } : { limit, before, sight };
      const { entries, next } = valueOf(await context.reader.search(q, page), 'q');
      return { entries: entries.map((entry) => ({ ...entry })), ...(next === undefined ? {} : { next }) };
    },
  });
}
