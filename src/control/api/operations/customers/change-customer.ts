import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { contactSchema, LANGUAGES } from '../../../customers/accounts.ts';
import type { SettingsPatch } from '../../../customers/holdings.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { fault } from '../../field-faults.ts';
import { problem } from '../../problem.ts';
import { shownCustomer } from './get-customer.ts';
import { assertOperatorFields, customerPath, customerSchema, line, sideOf } from './shapes.ts';

/** Changes a customer and its settings. */
export function changeCustomer(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/customers/:customer',
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'changeCustomer',
      summary: 'Change a customer or its settings; what is left out stays',
      params: customerPath,
      headers: ifMatchHeader,
      body: z.strictObject({
        name: line.optional().describe('For the operator.'),
        pools: z.array(z.string().max(64)).max(20).optional().describe('For the operator.'),
        contacts: z.array(contactSchema).max(50).optional(),
        language: z.enum(LANGUAGES).optional(),
        portal: z
          .enum(['none', 'requested', 'approved'])
          .optional()
          .describe('The customer can ask; the operator approves.'),
        hide: z.enum(['off', 'usual', 'strict']).optional(),
        forwards: z.enum(['refuse', 'srs']).optional(),
        return_path: z.enum(['sender', 'relay']).optional(),
        recipient_check: z.enum(['none', 'list', 'call-ahead']).optional(),
        foreign_from: z.enum(['refuse', 'rewrite']).optional(),
      }),
      response: { 200: customerSchema },
    },
    handler: async ({ params: { customer }, headers, body, principal }, reply) => {
      assertOperatorFields(principal, body, ['name', 'pools']);
      if (sideOf(principal) === 'customer' && body.portal !== undefined && body.portal !== 'requested') {
        throw problem('portal-by-operator', {}, [fault('portal', 'only-requested')]);
      }
      const patch = Object.fromEntries(
        Object.entries(body).filter(([, value]) => value !== undefined),
      ) as SettingsPatch;
      const change = { expected: expectedVersions(headers), patch };
      const account = await context.services.customers.holdings.settings(actorOf(principal), customer, change);
      if (body.portal === 'approved') {
        await context.services.namedAdministrators.invite(actorOf(principal), customer);
      }
      setEtag(reply, account.version);
      return shownCustomer(account, context.control.directory.customer(customer));
    },
  });
}
