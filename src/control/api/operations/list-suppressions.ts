import { z } from 'zod';
import type { SuppressionQuery } from '../../suppressions/suppressions.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { fault } from '../field-faults.ts';
import { problem } from '../problem.ts';
import { customerId, pageLimit } from '../schemas.ts';
import { REASONS, shownSuppression, suppressionSchema } from '../suppression-schemas.ts';

/** Suppressed addresses, in the order of customer and address. */
export function listSuppressions(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/suppressions',
    config: { access: { needs: 'suppressions:read', of: 'query' } },
    schema: {
      operationId: 'listSuppressions',
      summary: "Addresses that customers' mail is not sent to",
      querystring: z.strictObject({
        customer: customerId.optional(),
        reason: z.enum(REASONS).optional(),
        address: z.string().min(3).max(320).optional().describe('The beginning of an address, or `@` and a domain.'),
        limit: pageLimit,
        after: z.string().max(1000).optional().describe('`next` of the page before.'),
      }),
      response: { 200: z.object({ entries: z.array(suppressionSchema), next: z.string().optional() }) },
    },
    handler: async ({ query: { customer, reason, address, limit, after } }) => {
      const query: SuppressionQuery = { limit };
      if (customer !== undefined) query.customer = customer;
      if (reason !== undefined) query.reason = reason;
      if (address !== undefined) query.address = address.toLowerCase();
      if (after !== undefined) query.after = readCursor(after);
      const rows = await context.control.suppressions.list(query);
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return { entries: rows.map(shownSuppression), ...(last !== undefined && { next: cursorOf(last) }) };
    },
  });
}

function cursorOf({ customer, address }: { customer: string; address: string }): string {
  return Buffer.from(`${customer} ${address}`).toString('base64url');
}

function readCursor(text: string): { customer: string; address: string } {
  const [, customer, address] = /^(\S+) (.+)$/s.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (customer !== undefined && address !== undefined) return { customer, address };
  throw problem('cursor-unknown', {}, [fault('after', 'cursor')]);
}
