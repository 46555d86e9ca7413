import { z } from 'zod';
import { parseIp } from '../../../../protocol/ip/network.ts';
import { domainName } from '../../../apply/document-schema.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { listedCustomerSchema, shownListed, stateSchema } from './shapes.ts';

/** Customers, in the order of their ids. */
export function listCustomers(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers',
    config: { access: { needs: 'customers:read', of: 'query' } },
    schema: {
      operationId: 'listCustomers',
      summary: 'Customers, in the order of their ids',
      querystring: z.strictObject({
        customer: customerId.optional(),
        stage: stateSchema.optional().describe('A stage, or `suspended`.'),
        text: z.string().min(1).max(100).optional().describe('A part of the id or of the name.'),
        domain: domainName.optional().describe('A domain of the customer, or a name below one.'),
        source: z
          .string()
          .max(64)
          .refine((text) => parseIp(text) !== undefined, 'must be an IPv4 or IPv6 address')
          .optional()
          .describe('An address that the customer sends from.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string()])),
      }),
      response: { 200: pageSchema(listedCustomerSchema) },
    },
    handler: async ({ query: { customer, stage, text, domain, source, limit, after } }) => {
      const rows = await services.customers.list({
        limit,
        ...(after !== undefined && { after: after[0] }),
        ...(customer !== undefined && { id: customer }),
        ...(stage !== undefined && { state: stage }),
        ...(text !== undefined && { text }),
        ...(domain !== undefined && { domain }),
        ...(source !== undefined && { source }),
      });
      return pageOf(rows, limit, { entry: shownListed, key: ({ id }) => [id] });
    },
  });
}
