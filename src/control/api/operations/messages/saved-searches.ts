// Searches that people keep, each its own.

import { z } from 'zod';
import type { SavedSearch } from '../../../messages/saved-searches.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { says } from '../../field-faults.ts';
import { userOf } from '../access/browser.ts';

const page = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, says('page-name'))
  .describe('The page that it is for.');

const parameters = z
  .record(z.string().max(40), z.string().max(1000))
  .refine((search) => Object.keys(search).length <= 30, says('parameters-30'))
  .describe('Parameters of the page.');

const searchSchema = z.object({
  id: z.string(),
  page: z.string(),
  name: z.string(),
  search: z.record(z.string(), z.string()),
  made_at: z.string(),
});

function shown({ id, page, name, search, made_at: made }: SavedSearch): z.input<typeof searchSchema> {
  const read = JSON.parse(search) as Record<string, string>;
  return { id, page, name, search: read, made_at: new Date(made).toISOString() };
}

/** The searches that the person keeps for a page. */
export function listSearches(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/account/searches',
    config: { access: { self: true } },
    schema: {
      operationId: 'listSearches',
      summary: 'Your saved searches of a page',
      querystring: z.strictObject({ page }),
      response: { 200: z.object({ entries: z.array(searchSchema) }) },
    },
    handler: async (request) => ({
      entries: (await services.messages.searches.list(userOf(request), request.query.page)).map(shown),
    }),
  });
}

/** Keeps a search; one of the same name is replaced. */
export function saveSearch(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/account/searches',
    config: { access: { self: true } },
    schema: {
      operationId: 'saveSearch',
      summary: 'Save a search under a name; one of the same name is replaced',
      body: z.strictObject({ page, name: z.string().trim().min(1).max(80), search: parameters }),
      response: { 201: searchSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(shown(await services.messages.searches.save(userOf(request), request.body))),
  });
}

/** Forgets a search. */
export function removeSearch(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/account/searches/:search',
    config: { access: { self: true } },
    schema: {
      operationId: 'removeSearch',
      summary: 'Delete a saved search',
      params: z.object({
        search: z.string().regex(/^srch_[0-9a-f]{24}$/, says('search-id')),
      }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      await services.messages.searches.remove(userOf(request), request.params.search);
      return reply.code(204).send(null);
    },
  });
}
