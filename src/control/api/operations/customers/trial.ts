import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { JourneyStep } from '../../../customers/journey.ts';
import type { TrialView, TrialWay } from '../../../customers/trial.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, iso, isoTime } from './shapes.ts';

const journeyStepSchema = z.object({
  at: isoTime,
  type: z.string().describe('As in docs/reference/events.md.'),
  host: z.string().optional().describe('Who handed it in, or who was asked to take it.'),
  ip: z.string().optional(),
  tls: z.string().optional(),
  from: z.string().optional().describe('The address of ours that it left from.'),
  duration_ms: z.number().optional(),
  reply: z.string().optional().describe('What the other side said.'),
  cause: z.string().optional().describe('Where nobody said anything: what the relay concluded.'),
  next_attempt_at: isoTime.optional(),
});

const waySchema = z.object({
  state: z.enum(['waiting', 'under way', 'passed', 'failed']),
  to: z.string().describe('Where the test message goes to.'),
  message: z.string().optional().describe('Its id in the trace.'),
  passed_at: isoTime.optional(),
  journey: z.array(journeyStepSchema).describe('All that happened to it, the oldest event first.'),
  refused: z
    .array(
      z.object({
        at: z.string(),
        ip: z.string().optional(),
        from: z.string().optional(),
        reply: z.string().optional().describe('Name of the reply, as in docs/reference/replies.md.'),
      }),
    )
    .describe('Messages to the test address that were refused since, the newest first.'),
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

function shownStep({ at, durationMs, nextAttemptAt, ...step }: JourneyStep): z.output<typeof journeyStepSchema> {
  return {
    at: iso(at),
    ...step,
    ...(durationMs !== undefined && { duration_ms: durationMs }),
    ...(nextAttemptAt !== undefined && { next_attempt_at: iso(nextAttemptAt) }),
  };
}

function shownWay({ state, to, message, passedAt, journey, refused }: TrialWay): z.output<typeof waySchema> {
  return {
    state,
    to,
    ...(message !== undefined && { message }),
    ...(passedAt !== undefined && { passed_at: iso(passedAt) }),
    journey: journey.map(shownStep),
    refused,
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
