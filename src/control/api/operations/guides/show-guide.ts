import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { asMarkdown, guideOf, guideQuery, guideSchema, guideServer } from './guide-schemas.ts';

/** The settings of one kind of mail server, with the values of one customer. */
export function showGuide(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/guides/:server',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'showGuide',
      summary: "Settings for a customer's own mail server, with its values",
      params: z.object({ customer: customerId, server: guideServer }),
      querystring: guideQuery,
      response: { 200: guideSchema },
    },
    handler: async ({ params: { customer, server }, query: { language, format }, headers }, reply) => {
      const guide = await guideOf(context, customer, server, language);
      const text = asMarkdown(guide, headers.accept, format);
      if (text === undefined) return guide;
      reply.type('text/markdown; charset=utf-8').serializer((body: string) => body);
      return reply.send(text as never);
    },
  });
}
