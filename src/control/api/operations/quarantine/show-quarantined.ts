import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { queueId } from '../../schemas.ts';
import { actOf, actSchema } from './list-acts.ts';
import { checkShape, heldMessage, language, seenMessages } from './schemas.ts';

const ACTS_SHOWN = 50;

/** One message in quarantine: what the checks said, and who did what. */
export function showQuarantined(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/quarantine/:id',
    config: { access: { needs: 'quarantine:read', of: 'object' } },
    schema: {
      operationId: 'showQuarantined',
      summary: 'One message in quarantine',
      params: z.object({ id: queueId }),
      querystring: z.strictObject({ language }),
      response: {
        200: heldMessage.extend({
          checks: z.array(checkShape).describe('What each check said.'),
          acts: z.array(actSchema).describe('Who did what, the newest first.'),
          looks: z
            .array(z.object({ at: z.string(), who: z.string(), reason: z.string().nullable() }))
            .describe('Who looked at its content, the newest first.'),
          virus_asked: z
            .object({ who: z.string(), at: z.string(), until: z.string(), reason: z.string() })
            .nullable()
            .describe('For the operator: the first of two people who want it released.'),
        }),
      },
    },
    handler: async ({ params: { id }, query: { language }, principal }) => {
      const { quarantine } = context.services;
      const message = await quarantine.find(id);
      assertOwn(principal, message.customer, 'message');
      const [seen] = await seenMessages(quarantine, [message], { principal, language });
      const acts = await quarantine.acts({ message: id, limit: ACTS_SHOWN });
      const looks = await quarantine.looks(id, ACTS_SHOWN);
      const asked = customerOf(principal) === undefined ? await quarantine.virusAsked(id) : undefined;
      return {
        ...(seen as NonNullable<typeof seen>),
        checks: message.inspection.map((note) => ({ ...note })),
        acts: acts.map(actOf),
        looks: looks.map(({ at, who, reason }) => ({ at: iso(at), who, reason })),
        virus_asked:
          asked === undefined
            ? null
            : { who: asked.who, at: iso(asked.at), until: iso(asked.expires_at), reason: asked.reason },
      };
    },
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
