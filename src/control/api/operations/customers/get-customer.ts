import type { CustomerFact } from '../../../../mail/authorise/directory.ts';
import type { Account } from '../../../customers/accounts.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { problem } from '../../problem.ts';
import { customerPath, customerSchema, shownAccount } from './shapes.ts';

/** One customer. */
export function getCustomer(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'getCustomer',
      summary: 'A customer and its settings',
      params: customerPath,
      response: { 200: customerSchema },
    },
    handler: async ({ params: { customer } }, reply) => {
      const account = await context.services.customers.get(customer);
      if (account === undefined) throw problem('no-customer', { customer });
      setEtag(reply, account.version);
      return shownCustomer(account, context.control.directory.customer(customer));
    },
  });
}

/** A customer with its settings, once it has some. */
export function shownCustomer(account: Account, fact: CustomerFact | undefined) {
  if (fact === undefined) return shownAccount(account);
  const { hide, forwards, returnPath, recipientCheck, foreignFrom } = fact;
  const settings = {
    hide,
    forwards,
    return_path: returnPath,
    recipient_check: recipientCheck,
    foreign_from: foreignFrom,
  };
  return { ...shownAccount(account), settings };
}
