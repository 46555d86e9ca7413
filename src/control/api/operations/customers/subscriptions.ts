import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { subscriptionVersion } from '../../../customers/contracts.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { shownSubscription, subscriptionBody, subscriptionPatch, subscriptionSchema } from './contract-shapes.ts';
import { customerPath } from './shapes.ts';

/** What the customer has of the operator's. */
export function listSubscriptions(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/subscriptions',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'listSubscriptions',
      summary: 'Subscriptions of a customer, ended ones too',
      params: customerPath,
      response: { 200: z.object({ entries: z.array(subscriptionSchema) }) },
    },
    handler: async ({ params: { customer } }) => ({
      entries: (await services.customers.contracts.subscriptions(customer)).map(shownSubscription),
    }),
  });
}

/** One more subscription. */
export function addSubscription(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/subscriptions',
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'addSubscription',
      summary: 'Add a subscription of a customer',
      params: customerPath,
      body: subscriptionBody,
      response: { 201: subscriptionSchema },
    },
    handler: async ({ params: { customer }, body, principal }, reply) => {
      const row = await services.customers.contracts.subscribe(actorOf(principal), customer, body);
      setEtag(reply, subscriptionVersion(row));
      return reply.code(201).send(shownSubscription(row));
    },
  });
}

/** Changes a subscription; its end may start the customer's notice. */
export function changeSubscription(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/customers/:customer/subscriptions/:subscription',
    config: { access: { needs: 'customers:approve', of: 'path' } },
    schema: {
      operationId: 'changeSubscription',
      summary: 'Change a subscription; the end of the last one that is not Easymail begins the termination',
      params: customerPath.extend({ subscription: z.coerce.number().int().positive() }),
      headers: ifMatchHeader,
      body: subscriptionPatch,
      response: { 200: subscriptionSchema },
    },
    handler: async ({ params: { customer, subscription }, headers, body, principal }, reply) => {
      const change = { expected: expectedVersions(headers), to: body };
      const row = await services.customers.contracts.change(actorOf(principal), customer, subscription, change);
      setEtag(reply, subscriptionVersion(row));
      return shownSubscription(row);
    },
  });
}
