import { z } from 'zod';
import { readRunbook } from '../../../health/runbooks.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';

/** What to do about an alarm. */
export function getRunbook(api: ApiServer, _context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/runbooks/:name',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'getRunbook',
      summary: 'What an alarm means, how to check, how to mend it',
      params: z.object({ name: z.string().max(64).describe('Name of the alarm.') }),
      response: {
        200: z.object({ name: z.string(), title: z.string(), text: z.string().describe('Markdown, in English.') }),
      },
    },
    handler: async ({ params: { name } }) => {
      const runbook = readRunbook(name);
      if (runbook === undefined) throw problem('no-alarm', { alarm: name });
      return runbook;
    },
  });
}
