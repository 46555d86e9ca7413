import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { sandboxFor } from '../../../sandbox/who-may.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { caughtPath, noLongerKept, SANDBOX_ACCESS } from './sandbox-schemas.ts';

/** A caught message as a file. */
export function getCaughtSource(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/sandbox/messages/:name/source',
    config: { access: SANDBOX_ACCESS },
    schema: {
      operationId: 'getCaughtSource',
      summary: 'A caught message as it was received, as a file',
      params: caughtPath,
      response: { 200: z.string() },
    },
    handler: async (request, reply) => {
      const content = await sandboxFor(context, request).source(request.params.name);
      if (content === undefined) throw noLongerKept();
      // Never shown by a browser in our name, whatever it holds.
      const answer: FastifyReply = reply
        .type('message/rfc822')
        .header('content-disposition', `attachment; filename="${request.params.name}.eml"`);
      await answer.send(content);
    },
  });
}
