import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import { CONTENT_READ } from '../../privacy/content-access.ts';
import { assertOwn } from '../access.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { problem, valueOf } from '../problem.ts';
import { queueId } from '../schemas.ts';

/** Octets that are shown; what is longer is shown in part. */
const MOST_SHOWN = 1024 * 1024;

/** Shows the content of a queued message. It is written down first, with the reason, where its customer sees it. */
export function readContent(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/queue/messages/:id/content',
    config: { access: { needs: 'messages:content', of: 'object', stepUp: true } },
    schema: {
      operationId: 'readContent',
      summary: 'Read the content of a queued message, for a reason',
      description: 'Who read it, when and why is kept in the audit, and the customer sees it (listContentAccess).',
      params: z.object({ id: queueId }),
      body: z.strictObject({ reason: z.string().trim().min(5).max(500).describe('Why; the customer sees it.') }),
      response: {
        200: z.object({
          id: z.string(),
          customer: z.string(),
          size: z.number().describe('Octets, as it was received.'),
          content: z.string().describe('The message in base64, from its beginning.'),
          truncated: z.boolean().describe(`Only the first ${MOST_SHOWN} octets are shown.`),
        }),
      },
    },
    handler: async ({ params: { id }, body: { reason }, principal }) => {
      const message = valueOf(await context.reader.queueShow(id), 'id');
      if (message === undefined) throw problem('not-queued', { message: id });
      const { customer, size } = message.meta;
      assertOwn(principal, customer, 'message');
      const read = { action: CONTENT_READ, object: `message ${id}`, customer, before: null, after: null };
      await context.control.changes.make(actorOf(principal, reason), async () => ({
        result: undefined,
        audit: [read],
      }));
      const content = valueOf(await context.reader.queueContent(id, MOST_SHOWN), 'id');
      if (content === undefined) throw problem('no-longer-queued', { message: id });
      const { bytes } = content;
      const text = Buffer.from(bytes).toString('base64');
      return { id, customer, size, content: text, truncated: content.size > bytes.length };
    },
  });
}
