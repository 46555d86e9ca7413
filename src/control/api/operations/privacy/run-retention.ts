import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { dropRunSchema, lookRunSchema } from './privacy-schemas.ts';

/** Runs both jobs of the retention now. */
export function runRetention(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/privacy/retention/run',
    config: { access: { needs: 'privacy:write', of: 'operator' } },
    schema: {
      operationId: 'runRetention',
      summary: 'Drop what is past its time, look whether anything is left, or erase what came late of erased addresses',
      body: z.strictObject({ job: z.enum(['drop', 'look', 'late']) }),
      response: { 200: z.union([dropRunSchema, lookRunSchema, z.object({ messages: z.number() })]) },
    },
    handler: async ({ body: { job } }) => context.services.privacy[job](),
  });
}
