import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { TrialView, TrialWay } from '../../../customers/trial.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, iso, isoTime } from './shapes.ts';

const waySchema = z.object({
  state: z.enum(['waiting', 'under way', 'passed', 'failed']),
  to: z.string().describe('Where the test message goes to.'),
  message: z.string().optional().describe('Its id in the trace.'),
  passed_at: isoTime.optional(),
  journey: z.array(z.looseObject({})).describe('All that happened to it, the oldest event first.'),
});

export const trialSchema = z.object({
  passed: z.boolean(),
  outbound: waySchema.optional().describe('From a source of the customer, with its domain, to the test address.'),
  inbound: waySchema.optional().describe('From us to the mail host of the customer.'),
});

/** The test of both ways, as answers show it. */
export function shownTrial({ passed, outbound, inbound }: TrialView): z.output<typeof trialSchema> {
  return {
    passed,
    ...(outbound !== undefined && { outbound: shownWay(outbound) }),
    ...(inbound !== undefined && { inbound: shownWay(inbound) }),
  };
}

function shownWay({ state, to, message, passedAt, journey }: TrialWay): z.output<typeof waySchema> {
  return {
    state,
    to,
    ...(message !== undefined && { message }),
    ...(passedAt !== undefined && { passed_at: iso(passedAt) }),
    journey: journey.map((event) => ({ ...event })),
  };
}

/** How far the test messages have come. */
export function getTrial(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/test',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'getTest',
      summary: 'How far the test messages of a customer have come, both ways',
      params: customerPath,
      response: { 200: trialSchema },
    },
    handler: async ({ params: { customer } }) => shownTrial(await services.customers.trial.view(customer)),
  });
}

/** Begins the test anew. */
export function startTrial(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/test',
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'startTest',
      summary: 'Try both ways again: ours is sent, the customer’s is waited for',
      params: customerPath,
      response: { 200: trialSchema },
    },
    handler: async ({ params: { customer }, principal }) =>
      shownTrial(await services.customers.trial.start(actorOf(principal), customer)),
  });
}
