import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { mailHostSchema } from '../../../apply/document-schema.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, sideOf } from './shapes.ts';

const URL = '/api/v1/customers/:customer/mailhosts';

const body = mailHostSchema.omit({ guarded: true });

/** Mail hosts of a customer. */
export function listMailHosts(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: URL,
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'listMailHosts',
      summary: 'Servers that take the inbound mail of a customer',
      params: customerPath,
      response: { 200: z.object({ entries: z.array(body) }) },
    },
    handler: async ({ params: { customer } }) => {
      const hosts = context.control.directory.customer(customer)?.mailhosts ?? [];
      return { entries: hosts.map(({ host, port, preference, tls }) => ({ host, port, preference, tls })) };
    },
  });
}

/** Adds a mail host, or changes the one with this name and port. */
export function addMailHost(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: URL,
    config: { access: { needs: 'domains:write', of: 'path', stepUp: true } },
    schema: {
      operationId: 'addMailHost',
      summary: 'Add a mail host; one with the same host and port is replaced',
      params: customerPath,
      body,
      response: { 201: body },
    },
    handler: async ({ params: { customer }, body: given, principal }, reply) => {
      const host = { given, hand: sideOf(principal) };
      await services.customers.holdings.addMailHost(actorOf(principal), customer, host);
      return reply.code(201).send(given);
    },
  });
}

/** Removes a mail host. */
export function removeMailHost(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: `${URL}/:host/:port`,
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'removeMailHost',
      summary: 'Remove a mail host',
      params: customerPath.extend({
        host: z.string().min(1).max(253),
        port: z.coerce.number().int().min(1).max(65_535),
      }),
      response: { 200: z.object({ host: z.string(), port: z.number(), removed: z.literal(true) }) },
    },
    handler: async ({ params: { customer, host, port }, principal }) => {
      await services.customers.holdings.removeMailHost(actorOf(principal), customer, { host, port });
      return { host, port, removed: true as const };
    },
  });
}
