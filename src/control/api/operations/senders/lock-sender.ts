import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { isoTime } from '../../schemas.ts';
import { sideOf } from '../customers/shapes.ts';
import { senderPath, senderSchema, shownSender } from './shapes.ts';
import { named } from './show-sender.ts';

/** Locks a sender by hand. */
export function lockSender(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/senders/:kind/:name/lock',
    config: { access: { needs: 'protection:write', of: 'path' } },
    schema: {
      operationId: 'lockSender',
      summary: 'Lock a sender: its mail is refused until the time, or until somebody unlocks it',
      params: senderPath,
      body: z.strictObject({ reason: z.string().min(1).max(500), until: isoTime.optional() }),
      response: { 200: senderSchema },
    },
    handler: async ({ params: { customer, ...identity }, body, principal }) => {
      const by = actorOf(principal, body.reason);
      const options = { ...body, side: sideOf(principal) };
      return shownSender(await services.identities.lock(by, customer, named(identity), options));
    },
  });
}
