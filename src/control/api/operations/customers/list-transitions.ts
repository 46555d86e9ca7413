import { z } from 'zod';
import { STAGES, waysFrom } from '../../../customers/stages.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, iso, isoTime, sideOf } from './shapes.ts';

/** Each change of stage: who, when, why. */
export function listTransitions(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/transitions',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'listTransitions',
      summary: 'Each change of a customer’s stage: who, when, why; and what may come next',
      params: customerPath,
      response: {
        200: z.object({
          entries: z.array(
            z.object({
              from: z.enum(STAGES).optional(),
              to: z.enum(STAGES),
              at: isoTime,
              who: z.string().optional().describe('For the operator.'),
              why: z.string().optional(),
            }),
          ),
          steps: z
            .array(z.object({ to: z.enum(STAGES), by: z.array(z.enum(['operator', 'customer', 'relay'])) }))
            .describe('Steps that may be taken from here, and who takes them.'),
        }),
      },
    },
    handler: async ({ params: { customer }, principal }) => {
      const rows = await services.customers.transitions(customer);
      const entries = rows.map(({ from, to, at, who, why }) => ({
        ...(from !== null && { from }),
        to,
        at: iso(at),
        ...(sideOf(principal) === 'operator' && { who }),
        ...(why !== null && { why }),
      }));
      const stage = await services.customers.stage(customer);
      return { entries, steps: stage === undefined ? [] : waysFrom(stage) };
    },
  });
}
