import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import { addressName } from '../../../protection/rule-schema.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { says } from '../../field-faults.ts';
import { customerId, isoTime } from '../../schemas.ts';
import { askerOf, direction, reason, senderShape, shownSender } from './protection-schemas.ts';

/** Allows or blocks a sender. */
export function addSender(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/listed-senders',
    config: { access: { needs: 'protection:write', of: 'object' } },
    schema: {
      operationId: 'addSender',
      summary: 'Allow or block a sender',
      body: z.strictObject({
        customer: customerId.optional().describe("Whose mail; absent: one's own customer, of the operator everybody."),
        direction: direction.default('inbound'),
        list: z
          .enum(['allow', 'block'])
          .describe('`allow`: its mail is never spam, where SPF or DKIM shows that it is its own. `block`: refused.'),
        sender: addressName,
        recipient: addressName
          .refine((name) => !name.startsWith('@'), says('an-address'))
          .optional()
          .describe('Allowed for mail to this address alone.'),
        note: z.string().max(500).default(''),
        until: isoTime.optional().describe('The entry ends by itself.'),
        reason,
      }),
      response: { 201: senderShape },
    },
    handler: async ({ body, principal }, reply) => {
      const { customer = customerOf(principal), recipient = '', reason: why, ...entry } = body;
      assertOwn(principal, customer, 'customer');
      const made = await context.services.protection.senders.add(askerOf(principal, why), {
        ...entry,
        customer: customer ?? '',
        recipient,
      });
      return reply.code(201).send(shownSender(made));
    },
  });
}
