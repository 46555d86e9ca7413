import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { askerOf, reason, ruleShape, setLanguage, setName, shownRule } from './protection-schemas.ts';

/** Takes a ready-made set over: its rules are like any other from then on. */
export function adoptRuleSet(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/rule-sets/:set/adopt',
    config: { access: { needs: 'protection:write', of: 'object' } },
    schema: {
      operationId: 'adoptRuleSet',
      summary: 'Take over the rules of a ready-made set',
      params: z.object({ set: setName }),
      body: z.strictObject({
        customer: customerId.optional().describe("Whose mail; absent: one's own customer, of the operator everybody."),
        enabled: z.boolean().default(true),
        language: setLanguage,
        reason,
      }),
      response: { 201: z.object({ entries: z.array(ruleShape) }) },
    },
    handler: async ({ params, body, principal }, reply) => {
      const { customer = customerOf(principal), enabled, language, reason: why } = body;
      assertOwn(principal, customer, 'customer');
      const { rules } = context.services.protection;
      const made = await rules.adopt(askerOf(principal, why), customer ?? '', { set: params.set, enabled, language });
      return reply.code(201).send({ entries: made.map(shownRule) });
    },
  });
}
