import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { pageSchema } from '../../cursor.ts';
import { pageLimit } from '../../schemas.ts';
import { definedHeldQuery, heldMessage, heldQuery, language, seenMessages } from './schemas.ts';

/** What is in quarantine, the newest first. */
export function listQuarantine(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/quarantine',
    config: { access: { needs: 'quarantine:read', of: 'query' } },
    schema: {
      operationId: 'listQuarantine',
      summary: 'Messages held for what they hold, the newest first',
      description: 'A page may be short, or empty, and still have a `next`: few of what was looked at were meant.',
      querystring: heldQuery.extend({ limit: pageLimit, after: z.string().max(40).optional(), language }),
      response: { 200: pageSchema(heldMessage) },
    },
    handler: async ({ query: { limit, after, language, ...query }, principal }) => {
      const { quarantine } = context.services;
      const page = { limit, ...(after !== undefined && { after }) };
      const { entries, next } = await quarantine.list(definedHeldQuery(query), page);
      const seen = await seenMessages(quarantine, entries, { principal, language });
      return { entries: seen, ...(next !== undefined && { next }) };
    },
  });
}
