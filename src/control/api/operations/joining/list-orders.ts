import { z } from 'zod';
import { COMING, type ListedOrder, listOrders as list } from '../../../customers/list-orders.ts';
import { STAGES } from '../../../customers/stages.ts';
import { TARGETS } from '../../../customers/times.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { iso, isoTime } from '../customers/shapes.ts';

const side = z.enum(['operator', 'customer']);
const seconds = z.number().describe('Seconds.');

const orderSchema = z.object({
  customer: z.string(),
  name: z.string(),
  stage: z.enum(STAGES),
  stage_since: isoTime,
  registered_at: isoTime,
  turn: side.describe('Whose turn it is.'),
  portal: z.enum(['none', 'requested', 'approved']),
  suspended: z.boolean(),
  total_s: seconds.describe('From the order to now, seconds.'),
  target_s: seconds,
  operator_turn_s: seconds.describe('How long it was the operator’s turn, seconds.'),
  customer_turn_s: seconds.describe('How long it was the customer’s turn, seconds.'),
  operator_worked_s: seconds.describe('How long the operator was at work, seconds.'),
  customer_worked_s: seconds.describe('How long the customer was at work, seconds.'),
  entered: z.object({ domains: z.number(), mailhosts: z.number(), sources: z.number() }),
  checks: z.object({
    ok: z.number(),
    warn: z.number(),
    fail: z.number(),
    unknown: z.number(),
    waiting: z.number(),
  }),
  test: z.enum(['none', 'waiting', 'passed']).describe('The test messages; `none`: not before the approval.'),
  link: z
    .object({ expires_at: isoTime, used_at: isoTime.optional() })
    .optional()
    .describe('The onboarding link that counts.'),
});

function shown(order: ListedOrder): z.output<typeof orderSchema> {
  const { id, name, stage, turn, portal, suspended, times, entered, checks, test, link } = order;
  const inSeconds = (ms: number) => Math.round(ms / 1000);
  return {
    customer: id,
    name,
    stage,
    stage_since: iso(order.stageAt),
    registered_at: iso(order.registeredAt),
    turn,
    portal,
    suspended,
    total_s: inSeconds(times.totalMs),
    target_s: inSeconds(TARGETS.totalMs),
    operator_turn_s: inSeconds(times.operator.turnMs),
    customer_turn_s: inSeconds(times.customer.turnMs),
    operator_worked_s: inSeconds(times.operator.workedMs),
    customer_worked_s: inSeconds(times.customer.workedMs),
    entered,
    checks: { ok: 0, warn: 0, fail: 0, unknown: 0, waiting: 0, ...checks },
    test,
    ...(link !== undefined && {
      link: {
        expires_at: iso(link.expiresAt),
        ...(link.usedAt !== undefined && { used_at: iso(link.usedAt) }),
      },
    }),
  };
}

/** Customers between the order and live. */
export function listOrders(api: ApiServer, { control }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/orders',
    config: { access: { needs: 'customers:read', of: 'operator' } },
    schema: {
      operationId: 'listOrders',
      summary: 'Customers between the order and live, the oldest order first, with their progress and times',
      querystring: z.strictObject({
        customer: customerId.optional(),
        stage: z.enum(COMING).optional(),
        turn: side.optional().describe('Whose turn it is.'),
        text: z.string().min(1).max(100).optional().describe('A part of the id or of the name.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.number(), z.string()])),
      }),
      response: { 200: pageSchema(orderSchema) },
    },
    handler: async ({ query }) =>
      pageOf(await list(control.database.reads, query, Date.now()), query.limit, {
        entry: shown,
        key: ({ registeredAt, id }) => [registeredAt, id],
      }),
  });
}
