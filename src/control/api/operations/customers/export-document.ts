import { Readable } from 'node:stream';
import { z } from 'zod';
import { exportDocument } from '../../../apply/export.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';

/** Everything that `apply` can set, as a file for `apply`. */
export function exportAll(api: ApiServer, { control }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/export',
    config: { access: { needs: 'apply:write', of: 'operator', stepUp: true } },
    schema: {
      operationId: 'export',
      summary: 'Pools and customers as a file that `apply` takes; applied at once, it changes nothing',
      produces: ['application/toml'],
      querystring: z.strictObject({ customer: customerId.optional().describe('This one alone, without pools.') }),
      response: { 200: z.string().describe('TOML, see docs/apply.md.') },
    },
    handler: async ({ query: { customer } }, reply) => {
      if (customer !== undefined && control.directory.customer(customer) === undefined) {
        throw problem('no-customer-to-apply', { customer });
      }
      const file = Readable.from(exportDocument(control.database, customer));
      return reply.type('application/toml').send(file as never);
    },
  });
}
