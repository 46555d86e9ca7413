import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { RELAY_ACTOR } from '../../../actor.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { Problem } from '../../problem.ts';
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
      const sender = named(identity);
      const { limit } = await services.identities.show(customer, sender);
      // Who holds the customer's password may be who broke in.
      if (sideOf(principal) === 'customer' && limit?.by === RELAY_ACTOR.who) {
        throw new Problem(403, 'What the relay has locked the operator lets go. Please tell the service desk.');
      }
      const by = actorOf(principal, body.reason);
      return shownSender(await services.identities.unlock(by, customer, sender, body.reason));
    },
  });
}
