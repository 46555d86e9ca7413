import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { ownRule, rulePath, ruleShape, shownRule } from './protection-schemas.ts';

/** One rule. */
export function showRule(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/rules/:rule',
    config: { access: { needs: 'protection:read', of: 'object' } },
    schema: {
      operationId: 'showRule',
      summary: 'One rule of the content filter',
      params: rulePath,
      response: { 200: ruleShape },
    },
    handler: async ({ params, principal }, reply) => {
      const row = await ownRule(context, principal, params.rule);
      setEtag(reply, row.version);
      return shownRule(row);
    },
  });
}
