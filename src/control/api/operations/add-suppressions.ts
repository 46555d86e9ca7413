import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { problem } from '../problem.ts';
import { customerId } from '../schemas.ts';
import { REASONS, suppressedAddress } from '../suppression-schemas.ts';

/** Entries a request: as many as fit into the largest body. */
export const MOST_ADDED = 5000;

/** Suppresses addresses for a customer. Those that are suppressed already stay as they are. */
export function addSuppressions(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/suppressions',
    config: { access: { needs: 'suppressions:write', of: 'path' } },
    schema: {
      operationId: 'addSuppressions',
      summary: 'Suppress addresses',
      params: z.object({ customer: customerId }),
      body: z.strictObject({
        entries: z
          .array(
            z.strictObject({
              address: suppressedAddress,
              reason: z.enum(REASONS).default('manual').describe('Such as `complaint` for a list from elsewhere.'),
              note: z.string().max(500).default('').describe('Why; kept as the evidence.'),
            }),
          )
          .min(1)
          .max(MOST_ADDED),
      }),
      response: { 200: z.object({ added: z.number(), kept: z.number() }) },
    },
    handler: async ({ params: { customer: id }, body: { entries }, principal }) => {
      const { directory, suppressions } = context.control;
      if (directory.customer(id) === undefined) throw problem('no-customer', { customer: id });
      const wanted = new Map(entries.map(({ address, reason, note }) => [address, { reason, evidence: note }]));
      const list = [...wanted].map(([address, why]) => ({ customer: id, address, ...why }));
      const added = await suppressions.add(list, actorOf(principal));
      return { added, kept: list.length - added };
    },
  });
}
