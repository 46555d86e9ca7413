import { z } from 'zod';
import { WAITING_COUNTED } from '../../../mail/queue/operations.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread } from '../problem.ts';
import { wordsOf, wordsSchema } from '../reasons.ts';
import { pageLimit } from '../schemas.ts';

const destinationSchema = z.object({
  destination: z.string().describe('A domain, or the mail hosts of a customer.'),
  site: z.string().nullable().describe('The hosts behind it, once they are known; several domains may share them.'),
  waiting: z.number().describe(`Recipients that wait; counting stops at ${WAITING_COUNTED}.`),
  in_flight: z.number().describe('Messages under way to the whole site.'),
  window: z.number().describe('Messages that may be under way to the site at once.'),
  closed_until: z.string().nullable().describe('Nothing is tried before; null: it is open.'),
  last_reason: z.string().nullable().describe('Why it is closed.'),
  words: wordsSchema,
});

/** Destinations that have work or are closed, in order of name. */
export function listDestinations(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/queue/destinations',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'listDestinations',
      summary: 'Destinations that have work or are closed',
      querystring: z.strictObject({ limit: pageLimit, after: z.string().max(253).optional() }),
      response: { 200: z.object({ entries: z.array(destinationSchema), next: z.string().optional() }) },
    },
    handler: async ({ query: { limit, after } }) => {
      const page = after === undefined ? { limit } : { limit, after };
      const entries = await fromThread(context.store().destinations(page));
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return {
        entries: entries.map((entry) => ({ ...entry, ...wordsOf({ last_reason: entry.last_reason }) })),
        ...(last === undefined ? {} : { next: last.destination }),
      };
    },
  });
}
