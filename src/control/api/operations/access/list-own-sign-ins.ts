import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { pageLimit } from '../../schemas.ts';
import { userOf } from './browser.ts';
import { shownSignIn, signInSchema } from './schemas.ts';

/** When whoever asks signed in, and when somebody tried in vain. */
export function listOwnSignIns(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/account/sign-ins',
    config: { access: { self: true } },
    schema: {
      operationId: 'listOwnSignIns',
      summary: 'Your sign-ins, newest first',
      querystring: z.strictObject({ limit: pageLimit, after: afterCursor(z.tuple([z.number()])) }),
      response: { 200: pageSchema(signInSchema) },
    },
    handler: async (request) => {
      const { limit, after } = request.query;
      const rows = await context.services.access.account.signIns(userOf(request), { limit, before: after?.[0] });
      return pageOf(rows, limit, { entry: shownSignIn, key: ({ id }) => [id] });
    },
  });
}
