import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { queueId } from '../../schemas.ts';

export const previewSchema = z.object({
  headers: z.array(z.object({ name: z.string(), value: z.string() })).describe('Fields in their order, decoded.'),
  subject: z.string(),
  from: z.string(),
  to: z.string(),
  date: z.string(),
  text: z.string().describe('The text, or what can be read of the HTML.'),
  html: z
    .string()
    .describe('HTML of a few elements without attributes: no scripts, no links, nothing from elsewhere. May be empty.'),
  parts: z.array(z.object({ name: z.string(), type: z.string(), size: z.number() })).describe('What else is in it.'),
  truncated: z.boolean(),
  left_out: z.object({ scripts: z.number(), images: z.number(), links: z.number(), forms: z.number() }),
});

/** Shows what a message in quarantine looks like. Written down first, with the reason, where its customer sees it. */
export function previewQuarantined(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/:id/preview',
    config: { access: { needs: 'messages:content', of: 'object', stepUp: true } },
    schema: {
      operationId: 'previewQuarantined',
      summary: 'See header and text of a message in quarantine, for a reason',
      description: 'Who saw it, when and why is kept in the audit, and the customer sees it (listContentAccess).',
      params: z.object({ id: queueId }),
      body: z.strictObject({ reason: z.string().trim().min(5).max(500).describe('Why; the customer sees it.') }),
      response: { 200: previewSchema },
    },
    handler: async ({ params: { id }, body: { reason }, principal }) => {
      const { quarantine } = context.services;
      const message = await quarantine.find(id);
      assertOwn(principal, message.customer, 'message');
      return quarantine.preview(actorOf(principal, reason), message);
    },
  });
}
