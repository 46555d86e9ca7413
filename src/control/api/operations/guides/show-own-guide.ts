import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { asMarkdown, guideOf, guideQuery, guideSchema, guideServer } from './guide-schemas.ts';

/** The settings of one kind of mail server for the customer of the link. */
export function showOwnGuide(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/onboarding/guides/:server',
    config: { access: { link: ['onboarding'] } },
    schema: {
      operationId: 'showOwnGuide',
      summary: 'Settings for your own mail server, with your values (link)',
      params: z.object({ server: guideServer }),
      querystring: guideQuery,
      response: { 200: guideSchema },
    },
    handler: async ({ params: { server }, query: { language, format }, headers, principal }, reply) => {
      const customer = customerOf(principal);
      if (customer === undefined) throw problem('link-needed');
      const guide = await guideOf(context, customer, server, language);
      const text = asMarkdown(guide, headers.accept, format);
      if (text === undefined) return guide;
      reply.type('text/markdown; charset=utf-8').serializer((body: string) => body);
      return reply.send(text as never);
    },
  });
}
