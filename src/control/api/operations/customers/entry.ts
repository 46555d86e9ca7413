// The entry, for the operator's side: everything that a customer can enter can be entered for it.

import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { entryPatchSchema, entrySchema, patchedEntry } from '../../../customers/entry.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { problem, problemSchema } from '../../problem.ts';
import { customerPath, keptEntrySchema, reasonText, shownEntry } from './shapes.ts';

const URL = '/api/v1/customers/:customer/entry';

/** What was entered so far, and what is wrong with it. */
export function getEntry(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: URL,
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'getEntry',
      summary: 'What was entered for a customer so far, and what is wrong with it',
      params: customerPath,
      response: { 200: keptEntrySchema.extend({ faults: problemSchema.shape.errors }) },
    },
    handler: async ({ params: { customer } }, reply) => {
      const kept = await services.customers.entry(customer);
      if (kept === undefined) throw problem('nothing-entered');
      setEtag(reply, kept.version);
      return {
        ...shownEntry(kept, 'operator'),
        faults: await services.customers.entering.faults(customer, 'operator'),
      };
    },
  });
}

/** Puts an entry in the place of the one before. */
export function putEntry(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'PUT',
    url: URL,
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'putEntry',
      summary: 'Save the whole entry of a customer',
      params: customerPath,
      headers: ifMatchHeader,
      body: entrySchema,
      response: { 200: keptEntrySchema },
    },
    handler: async ({ params: { customer }, headers, body, principal }, reply) => {
      const change = { side: 'operator', expected: expectedVersions(headers), edit: () => body } as const;
      const kept = await services.customers.entering.save(actorOf(principal), customer, change);
      setEtag(reply, kept.version);
      return shownEntry(kept, 'operator');
    },
  });
}

/** Replaces parts of an entry. */
export function patchEntry(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: URL,
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'patchEntry',
      summary: 'Save parts of the entry of a customer',
      params: customerPath,
      headers: ifMatchHeader,
      body: entryPatchSchema,
      response: { 200: keptEntrySchema },
    },
    handler: async ({ params: { customer }, headers, body, principal }, reply) => {
      const edit = (entry: Parameters<typeof patchedEntry>[0]) => patchedEntry(entry, body);
      const change = { side: 'operator', expected: expectedVersions(headers), edit } as const;
      const kept = await services.customers.entering.save(actorOf(principal), customer, change);
      setEtag(reply, kept.version);
      return shownEntry(kept, 'operator');
    },
  });
}

/** Submits an entry for the customer. */
export function submitEntry(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: `${URL}/submit`,
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'submitEntry',
      summary: 'Submit the entry for the customer; all faults are told at once',
      params: customerPath,
      headers: ifMatchHeader,
      response: { 200: keptEntrySchema },
    },
    handler: async ({ params: { customer }, headers, principal }) => {
      const change = { side: 'operator', expected: expectedVersions(headers) } as const;
      return shownEntry(await services.customers.entering.submit(actorOf(principal), customer, change), 'operator');
    },
  });
}

/** Sends an entry back. */
export function returnEntry(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: `${URL}/return`,
    config: { access: { needs: 'customers:write', of: 'path' } },
    schema: {
      operationId: 'returnEntry',
      summary: 'Send a submitted entry back to be mended',
      params: customerPath,
      body: z.strictObject({ reason: reasonText }),
      response: { 200: z.object({ customer: z.string(), stage: z.literal('invited') }) },
    },
    handler: async ({ params: { customer }, body: { reason }, principal }) => {
      await services.customers.entering.sendBack(actorOf(principal, reason), customer, reason);
      return { customer, stage: 'invited' as const };
    },
  });
}
