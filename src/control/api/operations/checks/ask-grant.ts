import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { domainName, grantSchema, shownGrant, streamName } from './check-schemas.ts';

/** Asks to send for a domain of somebody else; its owner says yes by a DNS record. */
export function askGrant(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/grants',
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'askGrant',
      summary: 'Ask to send for a domain of somebody else: the answer says what its owner publishes',
      params: z.object({ customer: customerId }),
      body: z.strictObject({ domain: domainName, stream: streamName.default('*') }),
      response: { 200: grantSchema },
    },
    handler: async ({ params: { customer }, body, principal }) =>
      shownGrant(await context.services.checks.grants.ask(actorOf(principal), customer, body)),
  });
}
