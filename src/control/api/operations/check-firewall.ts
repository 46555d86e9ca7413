import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { problem } from '../problem.ts';
import { wordsOf, wordsSchema } from '../reasons.ts';
import { customerId } from '../schemas.ts';

/** Whether port 25 of a customer's mail hosts is shut to everyone but us. */
export function checkFirewall(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/firewall/check',
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'checkFirewall',
      summary: "Try port 25 of a customer's mail hosts from an address that should not get through",
      description: 'Takes up to a few times `probe.timeout`. No mail is sent.',
      params: z.object({ customer: customerId }),
      response: {
        200: z.object({
          customer: z.string(),
          ports: z.array(
            z.object({
              host: z.string(),
              ip: z.string().optional(),
              port: z.number(),
              state: z.enum(['open', 'shut', 'unknown']).describe('`unknown`: could not be told; `reason` says why.'),
              reason: z.string(),
              words: wordsSchema,
              from: z.string().optional().describe('Where it was tried from.'),
              ours: z.enum(['open', 'shut', 'unknown']).optional().describe('Whether we get through.'),
            }),
          ),
        }),
      },
    },
    handler: async ({ params }) => {
      const ports = await context.firewall.check(params.customer);
      if (ports === undefined) throw problem('no-customer', { customer: params.customer });
      return {
        customer: params.customer,
        ports: ports.map((port) => ({ ...port, ...wordsOf({ reason: port.reason }) })),
      };
    },
  });
}
