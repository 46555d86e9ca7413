import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';
import { assertKnown, checkSchema, shownCheck } from './check-schemas.ts';

/** Looks at everything of a customer now. */
export function lookAgain(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/checks',
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'lookAgain',
      summary: 'Look at everything of a customer now: DNS, mail hosts, sources',
      params: z.object({ customer: customerId }),
      response: {
        200: z.object({
          entries: z.array(checkSchema),
          all_green: z.boolean().describe('Every check that is needed has passed.'),
        }),
      },
    },
    handler: async ({ params: { customer } }) => {
      await assertKnown(context.services.checks, customer);
      const looked = await context.services.checks.lookInTurn(customer);
      if (looked === 'too soon') throw problem('looked-at-just-now');
      const all_green = await context.services.checks.allGreen(customer);
      return { entries: looked.map(shownCheck), all_green };
    },
  });
}
