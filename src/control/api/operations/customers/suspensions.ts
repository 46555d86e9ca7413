import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { SuspensionRow } from '../../../customers/tables.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, iso, isoTime, reasonText } from './shapes.ts';

const suspensionSchema = z.object({
  id: z.number(),
  reason: z.string(),
  at: isoTime,
  by: z.string(),
  lifted_at: isoTime.optional(),
  lifted_by: z.string().optional(),
  lift_reason: z.string().optional(),
});

function shown(row: SuspensionRow): z.output<typeof suspensionSchema> {
  const { id, reason, at, by, lifted_at, lifted_by, lift_reason } = row;
  return {
    id,
    reason,
    at: iso(at),
    by,
    ...(lifted_at !== null && { lifted_at: iso(lifted_at) }),
    ...(lifted_by !== null && { lifted_by }),
    ...(lift_reason !== null && { lift_reason }),
  };
}

/** Suspensions of a customer. */
export function listSuspensions(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/suspensions',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'listSuspensions',
      summary: 'Suspensions of a customer, lifted ones too, the newest first',
      params: customerPath,
      response: { 200: z.object({ entries: z.array(suspensionSchema) }) },
    },
    handler: async ({ params: { customer } }) => ({
      entries: (await services.customers.suspensions.list(customer)).map(shown),
    }),
  });
}

/** Suspends a customer. */
export function suspendCustomer(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/suspensions',
    config: { access: { needs: 'customers:suspend', of: 'path', stepUp: true } },
    schema: {
      operationId: 'suspendCustomer',
      summary: 'Suspend a customer at once: new mail is refused, queued mail waits without ageing',
      params: customerPath,
      body: z.strictObject({ reason: reasonText }),
      response: { 201: suspensionSchema },
    },
    handler: async ({ params: { customer }, body: { reason }, principal }, reply) => {
      const row = await services.customers.suspensions.add(actorOf(principal, reason), customer, reason);
      return reply.code(201).send(shown(row));
    },
  });
}

/** Lifts one suspension. */
export function liftSuspension(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/suspensions/:suspension/lift',
    config: { access: { needs: 'customers:suspend', of: 'path' } },
    schema: {
      operationId: 'liftSuspension',
      summary: 'Lift one suspension; mail goes on when no other stands',
      params: customerPath.extend({ suspension: z.coerce.number().int().positive() }),
      body: z.strictObject({ reason: reasonText }),
      response: { 200: z.object({ standing: z.number().describe('Suspensions that stand still.') }) },
    },
    handler: async ({ params: { customer, suspension }, body: { reason }, principal }) =>
      services.customers.suspensions.lift(actorOf(principal, reason), customer, suspension, reason),
  });
}
