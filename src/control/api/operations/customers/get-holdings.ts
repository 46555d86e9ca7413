import { z } from 'zod';
import { tallyOf } from '../../../termination/tally.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerPath } from './shapes.ts';

const count = z.number();

/** How much a customer has: what a suspension or a removal is about. */
export function getHoldings(api: ApiServer, { services, control }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/holdings',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'getHoldings',
      summary: 'How much a customer has: what its removal would take away, and how its checks stand',
      params: customerPath,
      response: {
        200: z.object({
          domains: count,
          mail_hosts: count,
          sources: count,
          waiting_sources: count.describe('Sources that the customer added, which wait for the operator.'),
          logins: count,
          client_certificates: count,
          grants: count,
          dkim_keys: count,
          recipients: count.describe('Addresses on its list of recipients.'),
          suppressions: count,
          users: count,
          api_keys: count,
          webhooks: count,
          links: count,
          contacts: count,
          checks: z
            .object({ ok: count, warn: count, fail: count, unknown: count, waiting: count })
            .describe('Checks of DNS, mail hosts, sources and grants, by state.'),
          open_checks: count.describe('Checks that keep it from going live.'),
        }),
      },
    },
    handler: async ({ params: { customer } }) => {
      if (!(await services.checks.knows(customer))) throw problem('no-customer', { customer });
      const tally = Object.entries(await tallyOf(control.database.reads, customer));
      const counts = Object.fromEntries(tally.map(([kind, { count: many }]) => [kind, many]));
      const checks = { ok: 0, warn: 0, fail: 0, unknown: 0, waiting: 0 };
      for (const { state } of await services.checks.results(customer)) checks[state] += 1;
      return {
        ...(counts as Record<keyof Awaited<ReturnType<typeof tallyOf>>, number>),
        waiting_sources: (await services.customers.holdings.waitingSources(customer)).length,
        checks,
        open_checks: (await services.checks.open(customer)).length,
      };
    },
  });
}
