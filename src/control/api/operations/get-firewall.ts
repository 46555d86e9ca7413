import { z } from 'zod';
import { addressList } from '../../firewall/published.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { problem } from '../problem.ts';
import { wordsOf, wordsSchema } from '../reasons.ts';
import { customerId } from '../schemas.ts';

const address = z.object({
  pool: z.string(),
  ip: z.string(),
  hostname: z.string(),
  state: z.enum(['active', 'draining']),
});

/** What a customer's firewall should let through. */
export function getFirewall(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/firewall',
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'getFirewall',
      summary: "Addresses and names that a customer's firewall should let through",
      params: z.object({ customer: customerId }),
      response: {
        200: z.object({
          customer: z.string(),
          inbound: z.array(address).describe('To be let in to port 25 of its mail hosts, and nobody else.'),
          outbound: z.array(address).describe('Where its mail leaves from to the Internet, by pool.'),
          submit: z
            .array(z.object({ hostname: z.string(), port: z.number(), tls: z.string(), roles: z.array(z.string()) }))
            .describe('Where its server hands its mail in.'),
          addresses: z.array(z.string()).describe('All addresses, each once.'),
          notes: z.array(z.string()).describe('What is missing.'),
          words: wordsSchema,
        }),
      },
    },
    handler: async ({ params }) => {
      const published = await context.firewall.published(params.customer);
      if (published === undefined) throw problem('no-customer', { customer: params.customer });
      return { ...published, ...wordsOf({ notes: published.notes }), addresses: addressList(published) };
    },
  });
}
