import { z } from 'zod';
import type { ProtectionKey } from '../../../../mail/inspect/protection.ts';
import { PROTECTION_KEYS, settingValues } from '../../../protection/setting-values.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { askerOf, reason, scopeQuery, settingsSchema, shownSettings } from './protection-schemas.ts';

const key = z.enum(PROTECTION_KEYS as [ProtectionKey, ...ProtectionKey[]]);

/** Says something about one scope, or no longer says it. */
export function changeProtection(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/protection',
    config: { access: { needs: 'protection:write', of: 'query' } },
    schema: {
      operationId: 'changeProtection',
      summary: 'Change settings of protection in one scope',
      querystring: scopeQuery,
      headers: ifMatchHeader,
      body: z.strictObject({
        set: settingValues.partial().default({}).describe('What is said here from now on.'),
        inherit: z.array(key).max(PROTECTION_KEYS.length).default([]).describe('What is no longer said here.'),
        reason,
      }),
      response: { 200: settingsSchema },
    },
    handler: async ({ query: { customer, direction, stream = '' }, body, headers, principal }, reply) => {
      const { by, side } = askerOf(principal, body.reason);
      const set = Object.fromEntries(Object.entries(body.set).filter(([, value]) => value !== undefined));
      const view = await context.services.protection.settings.change(by, side, {
        scope: { customer: customer ?? '', direction, stream },
        said: { set, inherit: body.inherit },
        expected: expectedVersions(headers),
      });
      setEtag(reply, view.version);
      return shownSettings(view, principal);
    },
  });
}
