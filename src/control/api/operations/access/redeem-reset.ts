import { z } from 'zod';
import { deviceCookie } from '../../../access/cookies.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { clientOf } from './browser.ts';
import { newPassword, token } from './schemas.ts';

/** Sets a new password with a link. All sessions end; the second factor stays. */
export function redeemReset(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/password-resets/redeem',
    config: { access: { public: 'the token of the link is the credential' } },
    schema: {
      operationId: 'redeemReset',
      summary: 'Set a new password with a link',
      body: z.strictObject({ token, password: newPassword }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const { joining, url } = context.services.access;
      const { device } = await joining.redeemReset(request.body, clientOf(request, context));
      return reply.code(204).header('set-cookie', deviceCookie(device, url())).send(null);
    },
  });
}
