import { z } from 'zod';
import { customerOf, type Principal } from '../../access/principal.ts';
import type { AuditRow } from '../../database/tables.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { afterCursor, pageOf, pageSchema } from '../cursor.ts';
import { customerId, isoTime, pageLimit } from '../schemas.ts';

const auditEntry = z.object({
  id: z.number(),
  at: z.string().describe('ISO 8601.'),
  who: z
    .string()
    .describe('E-mail address of a person, `key:ID`, `link:ID`, `easymail` (the relay itself), or the owner.'),
  from: z.string().nullable().describe("Address that the request came from; a customer's side sees none."),
  action: z.string(),
  object: z.string(),
  customer: z.string().nullable(),
  reason: z.string().nullable(),
  before: z.unknown().describe('What it was; null: it was not there, or that is not kept.'),
  after: z.unknown().describe('What it became; null: it is gone.'),
  hash: z.string().describe('Covers this entry and the one before it (docs/audit.md).'),
});

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
        customer: customerId.optional(),
        id: z.coerce.number().int().min(1).optional().describe('One entry.'),
        object: z.string().min(1).max(400).optional().describe('Such as `customer acme`.'),
        who: z.string().min(1).max(320).optional(),
        action: z.string().min(1).max(100).optional(),
        since: isoTime.optional().describe('ISO 8601; included.'),
        until: isoTime.optional().describe('ISO 8601; not included.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.number().int()])),
      }),
      response: { 200: pageSchema(auditEntry) },
    },
    handler: async ({ query: { limit, after, ...filters }, principal }) => {
      const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
      const before = after === undefined ? {} : { before: after[0] };
      const rows = await context.services.audit.list({ ...given, ...before, limit: limit + 1 });
      return pageOf(rows, limit, { entry: (row) => shown(row, principal), key: ({ id }) => [id] });
    },
  });
}

/** Where the operator's people sit is none of a customer's business. */
function shown({ at, from, before, after, hash, ...row }: AuditRow, principal: Principal): z.output<typeof auditEntry> {
  return {
    ...row,
    at: new Date(at).toISOString(),
    from: customerOf(principal) === undefined ? from : null,
    before: parsed(before),
    after: parsed(after),
    hash: Buffer.from(hash).toString('hex'),
  };
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
