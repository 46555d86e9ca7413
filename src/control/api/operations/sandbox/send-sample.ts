import { z } from 'zod';
import { SAMPLE_KINDS } from '../../../sandbox/sandbox-desk.ts';
import { sandboxFor } from '../../../sandbox/who-may.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { SANDBOX_ACCESS } from './sandbox-schemas.ts';

/** Sends a message to the relay's own listener, as a server of the customer would. */
export function sendSample(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/sandbox/samples',
    config: { access: SANDBOX_ACCESS },
    schema: {
      operationId: 'sendSample',
      summary: 'Send a sample over the listener of the sandbox, and see the conversation',
      body: z.strictObject({
        kind: z
          .enum(SAMPLE_KINDS)
          .default('text')
          .describe('`hostile`: with a script, a form and pictures from elsewhere, to see what becomes of them.'),
      }),
      response: {
        200: z.object({
          accepted: z.boolean(),
          lines: z.array(z.object({ who: z.enum(['client', 'server']), text: z.string() })),
        }),
      },
    },
    handler: (request) => sandboxFor(context, request).send(request.body.kind),
  });
}
