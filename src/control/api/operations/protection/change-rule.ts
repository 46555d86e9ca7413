import { z } from 'zod';
import { ruleFields } from '../../../protection/rule-schema.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { askerOf, ownRule, position, reason, rulePath, ruleShape, shownRule } from './protection-schemas.ts';

/** Changes what is given. */
export function changeRule(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/rules/:rule',
    config: { access: { needs: 'protection:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'changeRule',
      summary: 'Change a rule, switch it on or off, or move it',
      params: rulePath,
      headers: ifMatchHeader,
      body: z
        .strictObject({ ...ruleFields, position: position.describe('Moves it; the others make room.'), reason })
        .partial(),
      response: { 200: ruleShape },
    },
    handler: async ({ params, body, headers, principal }, reply) => {
      const { id } = await ownRule(context, principal, params.rule);
      const { reason: why, position: place, ...given } = body;
      const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const row = await context.services.protection.rules.change(askerOf(principal, why), id, {
        fields,
        ...(place !== undefined && { position: place }),
        expected: expectedVersions(headers),
      });
      setEtag(reply, row.version);
      return shownRule(row);
    },
  });
}
