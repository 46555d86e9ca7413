import { z } from 'zod';
import type { Examination } from '../../../health/health.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { sentenceValues, shownSaid } from '../../reasons.ts';

const examinationSchema = z.object({
  state: z.enum(['never', 'running', 'done']),
  at: z.string().nullable().describe('When the findings were made.'),
  findings: z.array(
    z.object({
      state: z.enum(['ok', 'warn', 'fault']),
      subject: z.string(),
      found: z.string(),
      mend: z.string().optional().describe('What to do about it.'),
      code: z.string().optional().describe('Of the finding, where it may be said in other languages.'),
      values: sentenceValues,
    }),
  ),
});

/** What was found when the machine was last examined. */
export function getExamination(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/health/examination',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'getExamination',
      summary: 'What the last examination of the machine found, as `doctor` does',
      response: { 200: examinationSchema },
    },
    handler: async () => shown(services.health.examination()),
  });
}

/** Examines the machine as the command line's `doctor` does. */
export function examineRelay(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/health/examination',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'examineRelay',
      summary: 'Examines the machine now; who asks while it is going on, or within half a minute, gets the same answer',
      response: { 200: examinationSchema },
    },
    handler: async () => shown(await services.health.examine()),
  });
}

function shown({ state, at, findings }: Examination): z.output<typeof examinationSchema> {
  return { state, at: at === undefined ? null : new Date(at).toISOString(), findings: findings.map(shownSaid) };
}
