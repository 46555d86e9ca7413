import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { queueId } from '../../schemas.ts';
import { sideOf } from './schemas.ts';

/** Lets a message go on, to all or to some of its recipients. */
export function releaseQuarantined(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/:id/release',
    config: { access: { needs: 'quarantine:write', of: 'object' } },
    schema: {
      operationId: 'releaseQuarantined',
      summary: 'Release a message from quarantine',
      description:
        'It goes on once, and is not scanned again. Recipients that are not named stay in quarantine. What was not ' +
        'looked into as a whole only the operator releases; a virus by releaseVirus alone.',
      params: z.object({ id: queueId }),
      body: z.strictObject({
        recipients: z.array(z.string().min(1).max(320)).min(1).max(200).optional().describe('Default: all that wait.'),
        allow: z.boolean().default(false).describe('Its sender is never spam from now on.'),
        reason: z.string().trim().max(500).optional().describe('Why, for the audit.'),
      }),
      response: { 200: z.object({ released: z.number().describe('Recipients that go on.') }) },
    },
    handler: async ({ params: { id }, body: { recipients, allow, reason }, principal }) => {
      const { quarantine } = context.services;
      const message = await quarantine.find(id);
      assertOwn(principal, message.customer, 'message');
      const released = await quarantine.release(actorOf(principal, reason), message, {
        side: sideOf(principal),
        allow,
        ...(recipients !== undefined && { recipients }),
      });
      return { released };
    },
  });
}
