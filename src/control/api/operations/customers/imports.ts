import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { faultSchema } from '../../problem.ts';
import { shownSaid } from '../../reasons.ts';
import { customerPath } from './shapes.ts';

const LARGEST_ORDERS = 16 * 1024 * 1024;
/** Two million addresses. */
const LARGEST_LIST = 128 * 1024 * 1024;

const flag = z.enum(['true', 'false']).default('false');
const rowFault = faultSchema.extend({ line: z.number() });

/** Orders from a CSV file. */
export function importCustomers(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/import/customers',
    config: { access: { needs: 'customers:write', of: 'operator' } },
    bodyLimit: LARGEST_ORDERS,
    schema: {
      operationId: 'importCustomers',
      summary: 'Register the customers of a CSV file: all of them, or none where a row has a fault',
      consumes: ['text/csv'],
      querystring: z.strictObject({
        dry_run: flag.describe('Tell every row’s faults, and change nothing.'),
        invite: flag.describe('Make a link for each.'),
      }),
      body: z.string().describe('The first line names the columns; see docs/provisioning.md.'),
      response: {
        200: z.object({
          dry_run: z.boolean(),
          rows: z.number(),
          customers: z.array(
            z.object({ id: z.string(), name: z.string(), line: z.number(), url: z.string().optional() }),
          ),
          faults: z.array(rowFault),
        }),
      },
    },
    handler: async ({ body, query, principal }) => {
      const dryRun = query.dry_run === 'true';
      const options = { dryRun, invite: query.invite === 'true' };
      const { rows, customers, faults } = await services.customers.importOrders(actorOf(principal), body, options);
      // Links of a dry run lead nowhere.
      const shown = dryRun ? customers.map(({ url: _url, ...customer }) => customer) : customers;
      return { dry_run: dryRun, rows, customers: shown, faults: faults.map(shownSaid) };
    },
  });
}

/** A customer's list of recipients from a CSV file. */
export function importRecipients(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/recipients/import',
    config: { access: { needs: 'domains:write', of: 'path' } },
    bodyLimit: LARGEST_LIST,
    schema: {
      operationId: 'importRecipients',
      summary: 'A customer’s list of recipients becomes what a CSV file says, or grows by it',
      params: customerPath,
      consumes: ['text/csv'],
      querystring: z.strictObject({ dry_run: flag, mode: z.enum(['replace', 'add']).default('replace') }),
      body: z.string().describe('Addresses in the first column, or in the one named "address".'),
      response: {
        200: z.object({
          dry_run: z.boolean(),
          rows: z.number(),
          added: z.number(),
          removed: z.number(),
          fault_count: z.number(),
          faults: z.array(rowFault).describe('The first thousand.'),
        }),
      },
    },
    handler: async ({ params: { customer }, body, query, principal }) => {
      const dryRun = query.dry_run === 'true';
      const list = { text: body, mode: query.mode, dryRun };
      const answer = await services.customers.importRecipients(actorOf(principal), customer, list);
      const { rows, added, removed, faults, faultCount } = answer;
      return { dry_run: dryRun, rows, added, removed, faults: faults.map(shownSaid), fault_count: faultCount };
    },
  });
}
