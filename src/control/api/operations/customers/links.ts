import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { says } from '../../field-faults.ts';
import { sendLink, sendTo, sentLinkSchema } from './send-link.ts';
import { customerPath, linkSchema, madeLinkSchema, shownLink, shownMadeLink } from './shapes.ts';

const linkPath = customerPath.extend({ link: z.string().regex(/^[0-9a-f]{16}$/, says('link-id')) });

/** Links of a customer; never what opens them. */
export function listLinks(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/links',
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'listLinks',
      summary: 'Links that were made for a customer, the newest first',
      params: customerPath,
      response: { 200: z.object({ entries: z.array(linkSchema) }) },
    },
    handler: async ({ params: { customer } }) => ({
      entries: (await services.customers.links.list(customer)).map(shownLink),
    }),
  });
}

/** Makes a link. */
export function createLink(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/links',
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'createLink',
      summary: 'Make a link for a customer; one for onboarding takes the place of those before it',
      params: customerPath,
      body: z.strictObject({ kind: z.enum(['onboarding', 'records']).default('onboarding'), send_to: sendTo }),
      response: { 201: sentLinkSchema },
    },
    handler: async ({ params: { customer }, body, principal }, reply) => {
      const link = await services.customers.entering.invite(actorOf(principal), customer, body.kind);
      return reply.code(201).send(await sendLink(services, link, body.send_to));
    },
  });
}

/** A new link in the place of an old one. */
export function renewLink(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/links/:link/renew',
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'renewLink',
      summary: 'Renew a link: the former one counts no longer',
      params: linkPath,
      response: { 201: madeLinkSchema },
    },
    handler: async ({ params: { customer, link }, principal }, reply) => {
      const made = await services.customers.entering.renew(actorOf(principal), customer, link);
      return reply.code(201).send(shownMadeLink(made));
    },
  });
}

/** Ends a link. */
export function revokeLink(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/customers/:customer/links/:link',
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'revokeLink',
      summary: 'Revoke a link',
      params: linkPath,
      response: { 200: z.object({ id: z.string(), revoked: z.literal(true) }) },
    },
    handler: async ({ params: { customer, link }, principal }) => {
      await services.customers.entering.revoke(actorOf(principal), customer, link);
      return { id: link, revoked: true as const };
    },
  });
}
