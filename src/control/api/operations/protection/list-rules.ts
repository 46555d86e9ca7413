import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { ruleShape, shownRule } from './protection-schemas.ts';

const inheritedRule = z.object({
  name: z.string(),
  actions: z.array(z.string()).describe('What it does; whom it looks for is the operator’s to know.'),
});

/** Rules in the order in which they run; the operator's before those of customers. */
export function listRules(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/rules',
    config: { access: { needs: 'protection:read', of: 'query' } },
    schema: {
      operationId: 'listRules',
      summary: 'Rules of the content filter, in the order in which they run',
      querystring: z.strictObject({
        customer: customerId.optional(),
        of: z.literal('operator').optional().describe("The operator's own rules alone."),
        enabled: z.enum(['true', 'false']).optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string(), z.number(), z.string()])),
      }),
      response: {
        200: pageSchema(ruleShape).extend({
          inherited: z
            .array(inheritedRule)
            .optional()
            .describe("Of one customer: the operator's rules that are on, which run before its own."),
        }),
      },
    },
    handler: async ({ query: { customer, of, enabled, limit, after } }) => {
      const { rules } = context.services.protection;
      const owner = customer ?? (of === 'operator' ? '' : undefined);
      const rows = await rules.list({
        limit: limit + 1,
        ...(owner !== undefined && { owner }),
        ...(enabled !== undefined && { enabled: enabled === 'true' }),
        ...(after !== undefined && { after: { customer: after[0], position: after[1], id: after[2] } }),
      });
      const page = pageOf(rows, limit, { entry: shownRule, key: (row) => [row.customer, row.position, row.id] });
      if (customer === undefined) return page;
      const above = (await rules.list({ owner: '', enabled: true, limit: 1000 })).map(shownRule);
      const inherited = above.map(({ name, actions }) => ({ name, actions: actions.map((action) => action.do) }));
      return { ...page, inherited };
    },
  });
}
