import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { scopeQuery, settingsSchema, shownSettings } from './protection-schemas.ts';

/** Settings that hold, each with where it comes from. */
export function getProtection(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/protection',
    config: { access: { needs: 'protection:read', of: 'query' } },
    schema: {
      operationId: 'getProtection',
      summary: 'Settings of protection, and where each comes from',
      querystring: scopeQuery,
      response: { 200: settingsSchema },
    },
    handler: async ({ query: { customer, direction, stream = '' }, principal }, reply) => {
      const view = await context.services.protection.settings.view({ customer: customer ?? '', direction, stream });
      setEtag(reply, view.version);
      return shownSettings(view, principal);
    },
  });
}
