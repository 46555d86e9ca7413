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
      summary: 'Drop what is past its time, or look whether anything is left',
      body: z.strictObject({ job: z.enum(['drop', 'look']) }),
      response: { 200: z.union([dropRunSchema, lookRunSchema]) },
    },
    handler: async ({ body }) =>
      body.job === 'drop' ? context.services.privacy.drop() : context.services.privacy.look(),
  });
}
