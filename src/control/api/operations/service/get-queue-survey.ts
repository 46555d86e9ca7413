import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { valueOf } from '../../problem.ts';
import { customerId } from '../../schemas.ts';
import { surveySchema } from './service-schemas.ts';

/** What waits, by age and destination. */
export function getQueueSurvey(api: ApiServer, { reader }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/queue/survey',
    config: { access: { needs: 'queue:read', of: 'query' } },
    schema: {
      operationId: 'getQueueSurvey',
      summary: 'What waits, by age and destination; takes as long as the queue is long',
      querystring: z.strictObject({ customer: customerId.optional() }),
      response: { 200: surveySchema },
    },
    handler: async ({ query: { customer } }) => valueOf(await reader.queueSurvey(customer), 'customer'),
  });
}
