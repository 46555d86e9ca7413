import { z } from 'zod';
import { parseIp } from '../../../../protocol/ip/network.ts';
import { domainName } from '../../../apply/document-schema.ts';
import { CONCERNS } from '../../../customers/concerns.ts';
import type { FoundAccount } from '../../../customers/list-accounts.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { says } from '../../field-faults.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { poolName } from '../pools/pool-schemas.ts';
import { defined, listedCustomerSchema, shownListed, stateSchema } from './shapes.ts';

const states = z
  .string()
  .max(200)
  .transform((text) => text.split(','))
  .pipe(z.array(stateSchema).min(1));

const foundCustomerSchema = listedCustomerSchema.extend({
  domains: z.number().describe('Domains it has, or those that were entered for it so far.'),
  concerns: z
    .array(z.enum(CONCERNS))
    .describe(
      'What is to be seen to. `check_failed`: a check is red. `source_waiting`, `portal_requested`: the operator is asked. `late`: not live a day after the order.',
    ),
});

function shownFound({ domains, concerns, ...account }: FoundAccount): z.output<typeof foundCustomerSchema> {
  return { ...shownListed(account), domains, concerns };
}

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
        stage: states.optional().describe('A stage, or `suspended`; several with commas between.'),
        concern: z.enum(CONCERNS).optional().describe('With this to be seen to.'),
        text: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .describe('A part of the id or of the name, or the beginning of a domain.'),
        domain: domainName.optional().describe('A domain of the customer, or a name below one.'),
        source: z
          .string()
          .max(64)
          .refine((text) => parseIp(text) !== undefined, says('ip'))
          .optional()
          .describe('An address that the customer sends from.'),
        pool: poolName.optional().describe('A pool that the customer, or a stream of it, names.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string()])),
      }),
      response: { 200: pageSchema(foundCustomerSchema) },
    },
    handler: async ({ query: { customer, stage, limit, after, ...given } }) => {
      const rows = await services.customers.list({
        limit,
        ...(after !== undefined && { after: after[0] }),
        ...(customer !== undefined && { id: customer }),
        ...(stage !== undefined && { states: stage }),
        ...defined(given),
      });
      return pageOf(rows, limit, { entry: shownFound, key: ({ id }) => [id] });
    },
  });
}
