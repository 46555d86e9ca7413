import { z } from 'zod';
import { RELAY_CUSTOMER } from '../../../../mail/message.ts';
import { actorOf, type Principal } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';
import { suppressedAddress } from '../../suppression-schemas.ts';
import { requestSchema, shownRequest } from './privacy-schemas.ts';

/** Asks for export or erasure of what is kept about an address. */
export function openPrivacyRequest(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/privacy/requests',
    config: { access: { needs: 'privacy:write', of: 'path', stepUp: true } },
    schema: {
      operationId: 'openPrivacyRequest',
      summary: 'Ask for export or erasure of what is kept about an address, in both directions',
      params: z.object({ customer: customerId }),
      body: z.strictObject({
        kind: z.enum(['export', 'erasure']),
        address: suppressedAddress,
        reason: z.string().trim().min(3).max(500).describe('Why; it stays with the request.'),
        suppression: z
          .enum(['keep', 'erase'])
          .default('keep')
          .describe('Erasure: whether a suppression goes too. Without it, mail goes to the address again.'),
      }),
      response: { 202: requestSchema },
    },
    handler: async ({ params: { customer }, body, principal }, reply) => {
      // Mail of the relay itself to people is the operator's to answer for; nobody else is that customer.
      const known = customer === RELAY_CUSTOMER || (await context.services.customers.get(customer)) !== undefined;
      if (!known) {
        throw problem('no-customer', { customer });
      }
      const tell = await reader(context, principal);
      const request = { ...body, customer, ...(tell !== undefined && { tell }) };
      const row = await context.services.privacy.requests.open(actorOf(principal), request);
      await reply.code(202).send(shownRequest(row));
    },
  });
}

/** Who is told of the answer: the user who asks. */
async function reader(
  { control }: ApiContext,
  principal: Principal,
): Promise<{ address: string; language: string } | undefined> {
  if (principal.kind !== 'user') return undefined;
  const person = await control.database.db
    .selectFrom('person')
    .select(['email', 'language'])
    .where('id', '=', principal.id)
    .executeTakeFirst();
  return person && { address: person.email, language: person.language };
}
