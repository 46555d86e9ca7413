import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { displayName, language, shownUser, userSchema } from './schemas.ts';

/** Changes name and language of whoever asks. */
export function changeProfile(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/account',
    config: { access: { self: true } },
    schema: {
      operationId: 'changeProfile',
      summary: 'Change your name and language',
      body: z.strictObject({ name: displayName.optional(), language: language.optional() }),
      response: { 200: userSchema },
    },
    handler: async (request) =>
      shownUser(await context.services.access.account.changeProfile(userOf(request), request.body)),
  });
}
