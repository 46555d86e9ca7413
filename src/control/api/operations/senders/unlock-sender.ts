import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { sideOf } from '../customers/shapes.ts';
import { senderPath, senderSchema, shownSender } from './shapes.ts';
import { named } from './show-sender.ts';

/** Lets a sender go on. */
export function unlockSender(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/senders/:kind/:name/unlock',
    config: { access: { needs: 'protection:write', of: 'path' } },
    schema: {
      operationId: 'unlockSender',
      summary: 'Let a sender go on, and forget what led here',
      params: senderPath,
      body: z.strictObject({ reason: z.string().min(1).max(500) }),
      response: { 200: senderSchema },
    },
    handler: async ({ params: { customer, ...identity }, body, principal }) => {
      const by = actorOf(principal, body.reason);
      const options = { ...body, side: sideOf(principal) };
      return shownSender(await services.identities.unlock(by, customer, named(identity), options));
    },
  });
}
