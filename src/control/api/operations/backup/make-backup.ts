import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';

/** Begins a backup; where it goes is the configuration's word alone. */
export function makeBackup(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/backups',
    config: { access: { needs: 'backups:write', of: 'operator' } },
    schema: {
      operationId: 'makeBackup',
      summary: 'Begin a backup into the configured folder',
      body: z.strictObject({
        since: z
          .enum(['whole', 'last'])
          .default('whole')
          .describe('`last`: days of the trace that have not changed are taken over from the last backup.'),
      }),
      response: { 202: z.object({ state: z.literal('running') }) },
    },
    handler: async ({ body, principal }, reply) => {
      const begun = context.services.backup.begin(actorOf(principal), body.since === 'last');
      if (begun.kind === 'busy') throw problem('backup-running');
      if (begun.kind === 'off') throw begun.problem;
      await reply.code(202).send({ state: 'running' });
    },
  });
}
