import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import { ruleFields } from '../../../protection/rule-schema.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { customerId } from '../../schemas.ts';
import { askerOf, position, reason, ruleShape, shownRule } from './protection-schemas.ts';

/** Makes a rule. */
export function createRule(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/rules',
    config: { access: { needs: 'protection:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'createRule',
      summary: 'Make a rule of the content filter',
      body: z.strictObject({
        customer: customerId.optional().describe("Whose mail; absent: one's own customer, of the operator everybody."),
        ...ruleFields,
        enabled: ruleFields.enabled.default(true),
        last: ruleFields.last.default(false),
        position: position.optional(),
        reason,
      }),
      response: { 201: ruleShape },
    },
    handler: async ({ body, principal }, reply) => {
      const { customer = customerOf(principal), reason: why, position: place, ...rule } = body;
      assertOwn(principal, customer, 'customer');
      const asker = askerOf(principal, why);
      const at = place === undefined ? {} : { position: place };
      const made = await context.services.protection.rules.create(asker, customer ?? '', { ...rule, ...at });
      setEtag(reply, made.version);
      return reply.code(201).send(shownRule(made));
    },
  });
}
