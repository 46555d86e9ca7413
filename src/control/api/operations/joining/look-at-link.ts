import { z } from 'zod';
import { LANGUAGES } from '../../../customers/accounts.ts';
import { LINK_STATES, lookAtLink as look } from '../../../customers/look-at-link.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { iso, isoTime } from '../customers/shapes.ts';

/** What has become of a link. */
export function lookAtLink(api: ApiServer, { control }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/links/look',
    config: { access: { public: 'the token of the link is the credential' } },
    schema: {
      operationId: 'lookAtLink',
      summary: 'What has become of a link of a customer: why it opens nothing any more',
      body: z.strictObject({ token: z.string().min(1).max(200).describe('What stands behind the `#` of the link.') }),
      response: {
        200: z.object({
          state: z
            .enum(LINK_STATES)
            .describe(
              '`replaced`: a newer link was made. `live`: the customer is live. `finished`: it is gone. `unknown`: there never was such a link.',
            ),
          kind: z.enum(['onboarding', 'records']).optional(),
          language: z.enum(LANGUAGES).optional().describe('That of the customer.'),
          expires_at: isoTime.optional(),
        }),
      },
    },
    handler: async ({ body }) => {
      const { state, kind, language, expiresAt } = await look(control.database.reads, body.token, Date.now());
      return {
        state,
        ...(kind !== undefined && { kind }),
        ...(language !== undefined && { language }),
        ...(expiresAt !== undefined && { expires_at: iso(expiresAt) }),
      };
    },
  });
}
