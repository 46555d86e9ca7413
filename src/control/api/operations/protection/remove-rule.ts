import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader } from '../../etag.ts';
import { askerOf, ownRule, rulePath } from './protection-schemas.ts';

/** Takes a rule away. */
export function removeRule(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/rules/:rule',
    config: { access: { needs: 'protection:write', of: 'object' } },
    schema: {
      operationId: 'removeRule',
      summary: 'Remove a rule of the content filter',
      params: rulePath,
      headers: ifMatchHeader,
      response: { 200: z.object({ removed: z.string() }) },
    },
    handler: async ({ params, headers, principal }) => {
      const { id } = await ownRule(context, principal, params.rule);
      await context.services.protection.rules.remove(askerOf(principal), id, expectedVersions(headers));
      return { removed: id };
    },
  });
}
