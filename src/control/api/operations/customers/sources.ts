import { z } from 'zod';
import type { SharedProof } from '../../../../mail/authorise/directory.ts';
import { formatNetwork, parseNetwork } from '../../../../protocol/ip/network.ts';
import { actorOf } from '../../../access/principal.ts';
import { entrySourceSchema } from '../../../customers/entry.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { fault } from '../../field-faults.ts';
import { customerPath, reasonText, sideOf, tellingNoNames } from './shapes.ts';

const URL = '/api/v1/customers/:customer/sources';

const network = z.string().transform((text, context) => {
  const parsed = parseNetwork(text.trim());
  if (!('fault' in parsed)) return formatNetwork(parsed);
  const { message, ...params } = fault('', 'network-fault', { fault: parsed.fault });
  context.addIssue({ code: 'custom', message, params });
  return z.NEVER;
});
const sourcePath = customerPath.extend({ network });

const shownSchema = z.object({
  network: z.string(),
  state: z.enum(['in force', 'waiting']).describe('`waiting`: for the operator’s approval.'),
  proof: z
    .object({ kind: z.enum(['login', 'header', 'secret']), header: z.string().optional() })
    .optional()
    .describe('What shows whose mail it is; absent for a source of this customer alone.'),
});

function shown(text: string, state: 'in force' | 'waiting', shared: string | null): z.output<typeof shownSchema> {
  const proof = shared === null ? undefined : (JSON.parse(shared) as SharedProof);
  if (proof === undefined) return { network: text, state };
  return { network: text, state, proof: { kind: proof.kind, ...('name' in proof && { header: proof.name }) } };
}

/** Sources of a customer. */
export function listSources(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: URL,
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'listSources',
      summary: 'Addresses and networks that a customer sends from, and those that wait for approval',
      params: customerPath,
      response: { 200: z.object({ entries: z.array(shownSchema) }) },
    },
    handler: async ({ params: { customer } }) => {
      const waiting = await context.services.customers.holdings.waitingSources(customer);
      const rows = await context.control.database.db
        .selectFrom('source')
        .select(['network', 'shared'])
        .where('customer', '=', customer)
        .orderBy('first')
        .limit(MOST)
        .execute();
      const entries = [
        ...waiting.map((row) => shown(row.network, 'waiting', row.shared)),
        ...rows.map((row) => shown(row.network, 'in force', row.shared)),
      ];
      return { entries };
    },
  });
}

const MOST = 10_000;

/** Adds a source. */
export function addSource(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: URL,
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'addSource',
      summary: 'Add an address or network; one that the customer adds waits for the operator',
      params: customerPath,
      body: entrySourceSchema,
      response: { 201: z.object({ network: z.string(), state: z.enum(['in force', 'waiting']) }) },
    },
    handler: async ({ params: { customer }, body, principal }, reply) => {
      const hand = sideOf(principal);
      const { holdings } = services.customers;
      const added = await tellingNoNames(hand, holdings.addSource(actorOf(principal), customer, { given: body, hand }));
      return reply.code(201).send(added);
    },
  });
}

/** Approves a source that waits. */
export function approveSource(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: `${URL}/:network/approve`,
    config: { access: { needs: 'customers:approve', of: 'path' } },
    schema: {
      operationId: 'approveSource',
      summary: 'Approve a source that the customer has added',
      params: sourcePath,
      response: { 200: z.object({ network: z.string(), state: z.literal('in force') }) },
    },
    handler: async ({ params, principal }) => {
      await services.customers.holdings.approveSource(actorOf(principal), params.customer, params.network);
      return { network: params.network, state: 'in force' as const };
    },
  });
}

/** Refuses a source that waits. */
export function blockSource(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: `${URL}/:network/block`,
    config: { access: { needs: 'customers:approve', of: 'path' } },
    schema: {
      operationId: 'blockSource',
      summary: 'Refuse a source that the customer has added',
      params: sourcePath,
      body: z.strictObject({ reason: reasonText }),
      response: { 200: z.object({ network: z.string(), blocked: z.literal(true) }) },
    },
    handler: async ({ params, body: { reason }, principal }) => {
      const by = actorOf(principal, reason);
      await services.customers.holdings.blockSource(by, params.customer, params.network, reason);
      return { network: params.network, blocked: true as const };
    },
  });
}

/** Removes a source. */
export function removeSource(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: `${URL}/:network`,
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'removeSource',
      summary: 'Remove a source, in force or waiting: nothing is taken from it any longer',
      params: sourcePath,
      response: { 200: z.object({ network: z.string(), removed: z.literal(true) }) },
    },
    handler: async ({ params, principal }) => {
      await services.customers.holdings.removeSource(actorOf(principal), params.customer, params.network);
      return { network: params.network, removed: true as const };
    },
  });
}
