import { identityName } from '../../../../mail/identities/identity.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { senderPath, senderSchema, shownSender } from './shapes.ts';

/** A sender, with what it does and what it usually does. */
export function showSender(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/senders/:kind/:name',
    config: { access: { needs: 'protection:read', of: 'path' } },
    schema: {
      operationId: 'showSender',
      summary: 'A sender of a customer: its level, and its last hour beside what is usual for it',
      params: senderPath,
      response: { 200: senderSchema },
    },
    handler: async ({ params: { customer, ...identity } }) =>
      shownSender(await services.identities.show(customer, named(identity))),
  });
}

/** As identities compare. */
export function named<T extends { name: string }>(identity: T): T {
  return { ...identity, name: identityName(identity.name) };
}
