import { z } from 'zod';
import type { TraceSight } from '../../../mail/trace/read-messages.ts';
import { holds } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { valueOf } from '../problem.ts';
import { customerId, pageLimit } from '../schemas.ts';
import { searchedOn, searchQuery, shownOn, traceEntry } from './messages/trace-schemas.ts';

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
        ...searchQuery,
        customer: customerId.optional().describe('Messages of this customer alone.'),
        limit: pageLimit,
      }),
      response: { 200: z.object({ entries: z.array(traceEntry), ...searchedOn }) },
    },
    handler: async ({ query: { q, customer, limit, before, within }, principal }) => {
      const sight: TraceSight = holds(principal, 'messages:content') ? {} : { subjects: false };
      if (customer !== undefined) sight.customer = customer;
      const page = { limit, withinMs: within, sight, ...(before !== undefined && { before }) };
      const { entries, ...on } = valueOf(await context.reader.search(q, page), 'q');
      return { entries: entries.map((entry) => ({ ...entry })), ...shownOn(on) };
    },
  });
}
