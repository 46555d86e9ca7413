import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { isoTime } from '../../schemas.ts';
import { senderPath, senderSchema, shownSender } from './shapes.ts';
import { named } from './show-sender.ts';

/** A sender that does this on purpose. */
export function tolerateSender(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/senders/:kind/:name/tolerate',
    config: { access: { needs: 'customers:suspend', of: 'path' } },
    schema: {
      operationId: 'tolerateSender',
      summary: 'Do not slow or lock a sender until the time: it is known to do this',
      params: senderPath,
      body: z.strictObject({ reason: z.string().min(1).max(500), until: isoTime }),
      response: { 200: senderSchema },
    },
    handler: async ({ params: { customer, ...identity }, body, principal }) => {
      const by = actorOf(principal, body.reason);
      return shownSender(await services.identities.tolerate(by, customer, named(identity), body));
    },
  });
}
