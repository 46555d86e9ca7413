import { z } from 'zod';
import type { TraceSight } from '../../../../mail/trace/read-messages.ts';
import { customerOf, holds } from '../../../access/principal.ts';
import { seenRow } from '../../../messages/seen-row.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { valueOf } from '../../problem.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { searchedOn, searchQuery, shownOn, traceRow } from './trace-schemas.ts';

/** Lines of one message in a list; its last line says how many there are besides. */
const MOST_OF_MESSAGE = 20;

/** Recipients and refusals that fit a query, newest first: what a list of messages shows. */
export function searchRecipients(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/trace/recipients',
    config: { access: { needs: 'messages:read', of: 'query' } },
    schema: {
      operationId: 'searchRecipients',
      summary: 'Messages and refusals, a line a recipient, newest first',
      description:
        'Filters mean the recipient, not another one of its message. A page ends between two messages, and may have more lines than `limit`. Subjects are shown to, and found by, holders of `messages:content` alone.',
      querystring: z.strictObject({
        ...searchQuery,
        customer: customerId.optional().describe('Messages of this customer alone.'),
        limit: pageLimit,
      }),
      response: { 200: z.object({ entries: z.array(traceRow), ...searchedOn }) },
    },
    handler: async ({ query: { q, customer, limit, before, within }, principal }) => {
      const sight: TraceSight = holds(principal, 'messages:content') ? {} : { subjects: false };
      if (customer !== undefined) sight.customer = customer;
      const page = { limit, most: MOST_OF_MESSAGE, withinMs: within, sight, ...(before !== undefined && { before }) };
      const { rows, ...on } = valueOf(await context.reader.searchRows(q, page), 'q');
      const own = customerOf(principal);
      const entries = rows.map((row) => seenRow(own, row, context.control.directory));
      return { entries, ...shownOn(on) };
    },
  });
}
