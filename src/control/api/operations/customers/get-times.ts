import { z } from 'zod';
import { STAGES } from '../../../customers/stages.ts';
import { type SideTime, TARGETS } from '../../../customers/times.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerPath, iso, isoTime } from './shapes.ts';

const seconds = z.number().describe('Seconds.');
const sideSchema = z.object({
  turn_s: seconds.describe('How long it was this side’s turn, seconds.'),
  worked_s: seconds.describe('How long it was at work, seconds: acts less than 15 minutes apart are one stretch.'),
  target_s: seconds,
  within_target: z.boolean(),
});

/** How long the way from the order to live took. */
export function getTimes(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/times',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'getTimes',
      summary: 'How long the way from the order to live took, by stage and by side, against the targets',
      params: customerPath,
      response: {
        200: z.object({
          stages: z.array(
            z.object({
              stage: z.enum(STAGES),
              side: z.enum(['operator', 'customer']),
              since: isoTime,
              until: isoTime.optional(),
              duration_s: seconds,
            }),
          ),
          operator: sideSchema,
          customer: sideSchema,
          total_s: seconds,
          target_s: seconds,
          within_target: z.boolean(),
          complete: z.boolean().describe('The customer is live, or was.'),
        }),
      },
    },
    handler: async ({ params: { customer } }) => {
      if ((await services.customers.get(customer)) === undefined) throw problem('no-customer', { customer });
      const {
        stages,
        operator,
        customer: other,
        totalMs,
        complete,
        withinTarget,
      } = await services.customers.times(customer);
      return {
        stages: stages.map(({ stage, side, since, until, durationMs }) => ({
          stage,
          side,
          since: iso(since),
          ...(until !== undefined && { until: iso(until) }),
          duration_s: inSeconds(durationMs),
        })),
        operator: shownSide(operator),
        customer: shownSide(other),
        total_s: inSeconds(totalMs),
        target_s: inSeconds(TARGETS.totalMs),
        within_target: withinTarget,
        complete,
      };
    },
  });
}

function shownSide({ turnMs, workedMs, withinTarget }: SideTime) {
  return {
    turn_s: inSeconds(turnMs),
    worked_s: inSeconds(workedMs),
    target_s: inSeconds(TARGETS.sideMs),
    within_target: withinTarget,
  };
}

function inSeconds(ms: number): number {
  return Math.round(ms / 1000);
}
