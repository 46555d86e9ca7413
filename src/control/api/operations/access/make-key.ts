import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { displayName, keySchema, network, permission } from './schemas.ts';

/** Makes an API key. The key itself is in this answer, and nowhere else. */
export function makeKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/keys',
    config: { access: { needs: 'keys:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'makeKey',
      summary: 'Make an API key',
      body: z.strictObject({
        name: displayName.min(1).describe('What it is for.'),
        scopes: z.array(permission).min(1).max(100).describe('Permissions; never more than you hold.'),
        customer: customerId.optional().describe('Whose things it is for; a customer’s side may leave it out.'),
        networks: z.array(network).max(100).default([]).describe('Where it may be used from; empty: from anywhere.'),
        expires_at: z.iso.datetime().optional(),
      }),
      response: { 201: keySchema.extend({ key: z.string().describe('Shown now and never again.') }) },
    },
    handler: async ({ body: { expires_at, ...body }, principal }, reply) => {
      const expires = expires_at === undefined ? undefined : Date.parse(expires_at);
      const { key, entry } = await context.services.access.keys.make(principal, {
        ...body,
        customer: body.customer ?? customerOf(principal),
        expires_at: expires,
      });
      return reply.code(201).send({ ...entry, key });
    },
  });
}
