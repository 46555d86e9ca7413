import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread } from '../problem.ts';
import { pageLimit } from '../schemas.ts';

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
      response: { 200: z.object({ entries: z.array(z.looseObject({})), next: z.string().optional() }) },
    },
    handler: async ({ query: { limit, after } }) => {
      const page = after === undefined ? { limit } : { limit, after };
      const entries = await fromThread(context.store().destinations(page));
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return {
        entries: entries.map((entry) => ({ ...entry })),
        ...(last === undefined ? {} : { next: last.destination }),
      };
    },
  });
}
