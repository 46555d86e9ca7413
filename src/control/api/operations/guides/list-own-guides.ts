import type { ApiContext, ApiServer } from '../../context.ts';
import { guideList, guideListSchema } from './guide-schemas.ts';

/** Kinds of servers that there are settings for, over a link. */
export function listOwnGuides(api: ApiServer, _context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/onboarding/guides',
    config: { access: { link: ['onboarding'] } },
    schema: {
      operationId: 'listOwnGuides',
      summary: 'Kinds of mail servers that there are settings for (link)',
      response: { 200: guideListSchema },
    },
    handler: async () => guideList,
  });
}
