import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { assertKnown, recordSchema } from './check-schemas.ts';

/** The records that a customer publishes in DNS. */
export function getRecords(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/records',
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'getRecords',
      summary: 'The records that a customer publishes in DNS',
      params: z.object({ customer: customerId }),
      response: { 200: z.object({ entries: z.array(recordSchema) }) },
    },
    handler: async ({ params: { customer } }) => {
      await assertKnown(context.services.checks, customer);
      return { entries: await context.services.checks.records(customer) };
    },
  });
}
