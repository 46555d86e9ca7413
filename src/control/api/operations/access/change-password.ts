import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { orWait, setSessionCookie, userOf } from './browser.ts';
import { newPassword, password, steppedUpSchema } from './schemas.ts';

/** Changes the password of whoever asks; all other sessions end. */
export function changePassword(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/account/password',
    config: { access: { self: true } },
    schema: {
      operationId: 'changePassword',
      summary: 'Change your password',
      body: z.strictObject({ current: password, password: newPassword }),
      response: { 200: steppedUpSchema },
    },
    handler: async (request, reply) => {
      const { account } = context.services.access;
      const { token, steppedUpUntil } = await orWait(reply, () =>
        account.changePassword(userOf(request), request.body),
      );
      setSessionCookie(reply, token, context);
      return { stepped_up_until: new Date(steppedUpUntil).toISOString() };
    },
  });
}
