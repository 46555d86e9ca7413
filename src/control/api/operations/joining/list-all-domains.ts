import { z } from 'zod';
import { type HeldDomain, listAllDomains as list } from '../../../customers/list-holdings.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { pageLimit } from '../../schemas.ts';
import { checkKind, checkState } from '../checks/check-schemas.ts';
import { flag, heldBy, holdingQuery, shownHolder } from './holding-schemas.ts';

const domainSchema = heldBy.extend({
  name: z.string(),
  inbound: z.boolean(),
  outbound: z.boolean(),
  subdomains: z.boolean(),
  verified: z.boolean(),
  verified_by: z.enum(['operator', 'checks']).optional(),
  signed: z.boolean().describe('Mail of it is signed with DKIM, or will be once its records are published.'),
  checks: z.array(z.object({ kind: checkKind, state: checkState })).describe('What its checks say.'),
});

function shown(row: HeldDomain): z.output<typeof domainSchema> {
  return {
    ...shownHolder(row),
    name: row.name,
    inbound: row.inbound === 1,
    outbound: row.outbound === 1,
    subdomains: row.subdomains === 1,
    verified: row.verified === 1,
    ...(row.verified === 1 && { verified_by: row.verified_by ?? ('operator' as const) }),
    signed: row.dkim !== null,
    checks: row.checks,
  };
}

/** Domains of all customers. */
export function listAllDomains(api: ApiServer, { control }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/domains',
    config: { access: { needs: 'domains:read', of: 'query' } },
    schema: {
      operationId: 'listAllDomains',
      summary: 'Domains of all customers, in the order of their names, with what their checks say',
      querystring: z.strictObject({
        ...holdingQuery,
        state: checkState.optional().describe('A check of it is in this state.'),
        verified: flag.optional(),
        direction: z.enum(['inbound', 'outbound']).optional().describe('Used in this direction.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string()])),
      }),
      response: { 200: pageSchema(domainSchema) },
    },
    handler: async ({ query }) =>
      pageOf(await list(control.database.reads, query), query.limit, { entry: shown, key: ({ name }) => [name] }),
  });
}
