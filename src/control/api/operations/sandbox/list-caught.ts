import { z } from 'zod';
import { sandboxFor } from '../../../sandbox/who-may.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { contentVersion, setEtag } from '../../etag.ts';
import { pageLimit } from '../../schemas.ts';
import { caughtSchema, SANDBOX_ACCESS, shownCaught } from './sandbox-schemas.ts';

/** What the sandbox's receiver caught. */
export function listCaught(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/sandbox/messages',
    config: { access: SANDBOX_ACCESS },
    schema: {
      operationId: 'listCaught',
      summary: 'Messages that the receiver of the sandbox caught, newest first',
      querystring: z.strictObject({ limit: pageLimit, after: afterCursor(z.tuple([z.string()])) }),
      response: { 200: pageSchema(caughtSchema) },
    },
    handler: async (request, reply) => {
      const { limit, after } = request.query;
      const all = await sandboxFor(context, request).caught();
      const from = after === undefined ? 0 : all.findIndex(({ name }) => name < after[0]);
      const rows = from === -1 ? [] : all.slice(from, from + limit + 1);
      setEtag(reply, contentVersion(rows.map(({ name }) => name)));
      return pageOf(rows, limit, { entry: shownCaught, key: ({ name }) => [name] });
    },
  });
}
