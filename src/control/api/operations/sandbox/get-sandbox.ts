import { z } from 'zod';
import { sandboxFor } from '../../../sandbox/who-may.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { SANDBOX_ACCESS } from './sandbox-schemas.ts';

/** Whether there is a sandbox, and how to send to it. */
export function getSandbox(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/sandbox',
    config: { access: SANDBOX_ACCESS },
    schema: {
      operationId: 'getSandbox',
      summary: 'The sandbox: where to send a first message; 404 where the relay has a configuration',
      description: 'Answers on this machine alone, under its own names.',
      response: {
        200: z.object({
          url: z.string().describe('`http.url`: pages under another name are not taken for its own.'),
          smtp: z.object({ host: z.string(), port: z.number() }),
          customer: z.string(),
          domain: z.string().describe('May be sent for.'),
          commands: z.object({ curl: z.string(), swaks: z.string() }).describe('Lines for a shell.'),
        }),
      },
    },
    handler: async (request) => {
      const { smtp, customer, domain, commands } = sandboxFor(context, request);
      return { url: context.services.access.url(), smtp, customer, domain, commands };
    },
  });
}
