import { z } from 'zod';
import type { BackupState } from '../../../backup/backup.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { sentenceValues, shownValues, wordsOf, wordsSchema } from '../../reasons.ts';

const backupSchema = z.object({
  id: z.string(),
  made_at: z.string().describe('ISO 8601.'),
  since: z.string().describe('`whole`, or the backup that unchanged days were taken from.'),
  size: z.number().describe('Octets, with what it shares with the one before.'),
  queue_at: z.string().describe('Mail accepted before then is in it.'),
  recipients: z.number().describe('Recipients that waited in the queue.'),
  days: z.number().describe('Days of the trace.'),
});

const stateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle') }),
  z.object({ state: z.literal('running'), step: z.string(), octets_done: z.number(), begun_at: z.string() }),
  z.object({ state: z.literal('done'), id: z.string(), made_at: z.string() }),
  z.object({ state: z.literal('failed'), message: z.string(), at: z.string(), words: wordsSchema }),
]);

/** Backups that are there, and the one that is being made. They are few: one page holds them. */
export function listBackups(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/backups',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'listBackups',
      summary: 'Backups that are there, the newest last, and the state of the one that is being made',
      response: {
        200: z.object({
          folder: z.string().nullable(),
          off: z.string().nullable().describe('Why none can be made; null where all that is needed is configured.'),
          off_code: z.string().optional().describe('Code of that problem.'),
          off_values: sentenceValues,
          interval_ms: z.number().describe('`backup.interval`.'),
          keep_ms: z.number().describe('`backup.keep`.'),
          present: stateSchema,
          entries: z.array(backupSchema),
        }),
      },
    },
    handler: async () => {
      const { backup } = context.services;
      const { off_values: values, ...plan } = backup.plan();
      return {
        folder: backup.folder() ?? null,
        ...plan,
        ...(values !== undefined && { off_values: shownValues(values) }),
        present: shownState(backup.state()),
        entries: backup.list(),
      };
    },
  });
}

function shownState(state: BackupState): z.output<typeof stateSchema> {
  return state.state === 'failed' ? { ...state, ...wordsOf({ message: state.message }) } : state;
}
