import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { problem } from '../problem.ts';
import { customerId } from '../schemas.ts';
import { shownSuppression, suppressedAddress, suppressionSchema } from '../suppression-schemas.ts';

/** One suppressed address, with its evidence. */
export function getSuppression(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/suppressions/:address',
    config: { access: { needs: 'suppressions:read', of: 'path' } },
    schema: {
      operationId: 'getSuppression',
      summary: 'Why an address is suppressed, and since when',
      params: z.object({ customer: customerId, address: suppressedAddress }),
      response: { 200: suppressionSchema },
    },
    handler: async ({ params: { customer: id, address } }) => {
      const row = await context.control.suppressions.get(id, address);
      if (row === undefined) throw problem('not-suppressed', { address, customer: id });
      return shownSuppression(row);
    },
  });
}
