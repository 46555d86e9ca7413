import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { contractBody, contractSchema, shownContract } from './contract-shapes.ts';
import { customerPath } from './shapes.ts';

/** Versions of the contract. */
export function listContracts(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/contracts',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'listContracts',
      summary: 'Versions of a customer’s contract, the newest first',
      params: customerPath,
      response: { 200: z.object({ entries: z.array(contractSchema) }) },
    },
    handler: async ({ params: { customer } }) => ({
      entries: (await services.customers.contracts.list(customer)).map(shownContract),
    }),
  });
}

/** A change of the contract is a new version. */
export function addContract(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/contracts',
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'addContract',
      summary: 'Add a version of a customer’s contract; older ones stay to be read',
      params: customerPath,
      body: contractBody,
      response: { 201: contractSchema },
    },
    handler: async ({ params: { customer }, body, principal }, reply) => {
      const row = await services.customers.contracts.add(actorOf(principal), customer, body);
      return reply.code(201).send(shownContract(row));
    },
  });
}
