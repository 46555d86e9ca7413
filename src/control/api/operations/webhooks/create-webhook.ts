import { z } from 'zod';
import { actorOf, customerOf } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';
import { assertUrl, shownSecretSchema, shownWebhook, webhookFields, webhookSchema } from './webhook-schemas.ts';

/** Makes a webhook. Its secret is shown this once. */
export function createWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/webhooks',
    config: { access: { needs: 'webhooks:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'createWebhook',
      summary: 'Have events sent to an endpoint',
      body: z.strictObject({
        customer: customerId
          .optional()
          .describe("Whose events; absent: one's own customer, of the operator all customers."),
        url: webhookFields.url,
        description: webhookFields.description.default(''),
        types: webhookFields.types.default(['*']),
        thin: webhookFields.thin.default(false),
        signing: z
          .enum(['hmac', 'ed25519'])
          .default('hmac')
          .describe('`hmac`: one secret on both sides (v1). `ed25519`: you only need the public key (v1a).'),
      }),
      response: { 201: webhookSchema.extend(shownSecretSchema.shape) },
    },
    handler: async ({ body, principal }, reply) => {
      const { customer = customerOf(principal), ...fields } = body;
      assertOwn(principal, customer, 'customer');
      if (customer !== undefined && context.control.directory.customer(customer) === undefined) {
        const known = await context.services.customers.get(customer);
        if (known === undefined) throw problem('no-customer', { customer });
      }
      assertUrl(context, fields.url);
      const { webhooks } = context.services;
      const made = await webhooks.create(actorOf(principal), {
        ...fields,
        ...(customer !== undefined && { customer }),
      });
      setEtag(reply, made.version);
      return reply.code(201).send({ ...shownWebhook(await webhooks.view(made.id)), ...made.shown });
    },
  });
}
