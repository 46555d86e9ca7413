import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import { ruleSchema } from '../../../protection/rule-schema.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { faultSchema } from '../../problem.ts';
import { shownSaid } from '../../reasons.ts';
import { customerId } from '../../schemas.ts';
import { problemsOf } from '../../validate.ts';
import { askerOf } from './protection-schemas.ts';

/** Says what is wrong with a rule while it is written. */
export function checkRule(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/rules/check',
    config: { access: { needs: 'protection:write', of: 'object' } },
    schema: {
      operationId: 'checkRule',
      summary: 'What is wrong with a rule that is not kept yet',
      description: 'The faults that createRule and changeRule would name, for who is still writing. Nothing is kept.',
      body: z.strictObject({
        customer: customerId.optional().describe("Whose mail; absent: one's own customer, of the operator everybody."),
        rule: z.record(z.string(), z.unknown()).describe('As `createRule` takes it; anything may be missing or wrong.'),
      }),
      response: { 200: z.object({ faults: z.array(faultSchema) }) },
    },
    handler: async ({ body, principal }) => {
      const { customer = customerOf(principal), rule } = body;
      assertOwn(principal, customer, 'customer');
      const parsed = ruleSchema.safeParse({ enabled: true, last: false, ...rule });
      if (!parsed.success) return { faults: problemsOf(parsed.error, 'rule').map(shownSaid) };
      const faults = services.protection.rules.faults(askerOf(principal), customer ?? '', parsed.data);
      return { faults: faults.map(shownSaid) };
    },
  });
}
