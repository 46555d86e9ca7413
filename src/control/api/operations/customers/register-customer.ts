import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { domainName } from '../../../apply/document-schema.ts';
import { contactSchema, LANGUAGES } from '../../../customers/accounts.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { contractBody, subscriptionBody } from './contract-shapes.ts';
import { line, madeLinkSchema, shownMadeLink } from './shapes.ts';

/** Takes an order. */
export function registerCustomer(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers',
    config: { access: { needs: 'customers:write', of: 'operator' } },
    schema: {
      operationId: 'registerCustomer',
      summary: 'Register a customer with its contract and first domain, and make its link',
      body: z.strictObject({
        id: customerId.optional().describe('Without it one is made from the name.'),
        name: line,
        language: z.enum(LANGUAGES).default('en'),
        contract: contractBody.optional(),
        subscriptions: z.array(subscriptionBody).max(100).default([]),
        domain: domainName.optional().describe('The first domain.'),
        pools: z.array(z.string().max(64)).max(20).default([]),
        contacts: z.array(contactSchema).max(50).default([]),
        invite: z.boolean().default(true).describe('Make the link at once.'),
      }),
      response: { 201: z.object({ id: z.string(), stage: z.string(), link: madeLinkSchema.optional() }) },
    },
    handler: async ({ body: { invite, id, contract, domain, ...order }, principal }, reply) => {
      const given = {
        ...order,
        ...(id !== undefined && { id }),
        ...(contract !== undefined && { contract }),
        ...(domain !== undefined && { domain }),
      };
      const made = await services.customers.entering.register(actorOf(principal), given, invite);
      const link = made.link === undefined ? {} : { link: shownMadeLink(made.link) };
      return reply.code(201).send({ id: made.id, stage: invite ? 'invited' : 'registered', ...link });
    },
  });
}
