import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { ownSender, senderPath, senderShape, shownSender } from './protection-schemas.ts';

/** Takes a sender off its list. */
export function removeSender(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/listed-senders/:sender',
    config: { access: { needs: 'protection:write', of: 'object' } },
    schema: {
      operationId: 'removeSender',
      summary: 'Take a sender off its list',
      params: senderPath,
      response: { 200: senderShape },
    },
    handler: async ({ params, principal }) => {
      const { id } = await ownSender(context, principal, params.sender);
      return shownSender(await context.services.protection.senders.remove(actorOf(principal), id));
    },
  });
}
