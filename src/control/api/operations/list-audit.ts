import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { customerId, pageLimit } from '../schemas.ts';

/** Who changed what, newest first. */
export function listAudit(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/audit',
    config: { access: { needs: 'audit:read', of: 'query' } },
    schema: {
      operationId: 'listAudit',
      summary: 'Who changed what, newest first',
      querystring: z.strictObject({
        limit: pageLimit,
        before: z.coerce.number().int().min(1).optional(),
        customer: customerId.optional(),
        object: z.string().max(200).optional().describe('Such as `customer acme`.'),
      }),
      response: { 200: z.object({ entries: z.array(z.looseObject({})), next: z.string().optional() }) },
    },
    handler: async ({ query: { limit, before, object, customer } }) => {
      const rows = await context.control.audit({
        limit,
        ...(before === undefined ? {} : { before }),
        ...(customer === undefined ? {} : { customer }),
        ...(object === undefined ? {} : { object }),
      });
      const entries = rows.map((row) => ({
        id: row.id,
        at: new Date(row.at).toISOString(),
        who: row.who,
        from: row.from,
        action: row.action,
        object: row.object,
        customer: row.customer,
        reason: row.reason,
        before: parsed(row.before),
        after: parsed(row.after),
      }));
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return { entries, ...(last === undefined ? {} : { next: String(last.id) }) };
    },
  });
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
