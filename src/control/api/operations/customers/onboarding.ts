// The entry over a link, without an account: the customer's side of what entry.ts does for the operator.

import { z } from 'zod';
import type { CustomerId } from '../../../../mail/message.ts';
import { actorOf, type Principal } from '../../../access/principal.ts';
import { LANGUAGES } from '../../../customers/accounts.ts';
import { entryPatchSchema, entrySchema, patchedEntry } from '../../../customers/entry.ts';
import { isEntering, STAGES } from '../../../customers/stages.ts';
import type { TransitionRow } from '../../../customers/tables.ts';
import type { Services } from '../../../services.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { faultSchema, problem, problemSchema } from '../../problem.ts';
import { sendLink, sendTo, sentLinkSchema } from './send-link.ts';
import { iso, isoTime, keptEntrySchema, shownEntry } from './shapes.ts';
import { shownTrial, trialSchema } from './trial.ts';

const URL = '/api/v1/onboarding';
const access = { link: ['onboarding'] } as const;

/** The customer that a link is of. */
export function linkedCustomer(principal: Principal): CustomerId {
  if (principal.kind === 'link') return principal.customer;
  throw problem('link-needed');
}

/** What was entered over the link so far, and how far the customer is. */
export function getOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: URL,
    config: { access },
    schema: {
      operationId: 'getOnboarding',
      summary: 'What was entered over the link so far, what is wrong with it, and how far the customer is',
      response: {
        200: keptEntrySchema.extend({
          customer: z.object({ name: z.string(), language: z.enum(LANGUAGES), stage: z.enum(STAGES) }),
          may_change: z.boolean().describe('Until it is submitted.'),
          returned: z
            .object({ at: isoTime, reason: z.string().optional() })
            .optional()
            .describe('It was submitted before and sent back to be mended.'),
          link_expires_at: isoTime.optional(),
          portal: z.enum(['none', 'requested', 'approved']),
          faults: problemSchema.shape.errors,
        }),
      },
    },
    handler: async ({ principal }, reply) => {
      const customer = linkedCustomer(principal);
      const { entering } = services.customers;
      const [account, kept] = [await services.customers.get(customer), await services.customers.entry(customer)];
      if (account === undefined || kept === undefined) throw problem('nothing-to-enter');
      entering.seen(actorOf(principal), customer, 'customer');
      setEtag(reply, kept.version);
      const { name, language, stage } = account;
      const mayChange = isEntering(stage);
      const faults = mayChange ? await entering.faults(customer, 'customer') : [];
      return {
        ...shownEntry(kept, 'customer'),
        customer: { name, language, stage },
        may_change: mayChange,
        portal: account.portal,
        faults,
        ...returnedOf(await services.customers.transitions(customer)),
        ...(await expiryOf(services, principal)),
      };
    },
  });
}

function returnedOf(transitions: readonly TransitionRow[]) {
  const last = transitions.at(-1);
  if (last?.from !== 'submitted' || last.to !== 'invited') return {};
  return { returned: { at: iso(last.at), ...(last.why !== null && { reason: last.why }) } };
}

async function expiryOf({ customers }: Pick<Services, 'customers'>, principal: Principal) {
  if (principal.kind !== 'link') return {};
  const link = (await customers.links.list(principal.customer)).find(({ id }) => id === principal.id);
  return link === undefined ? {} : { link_expires_at: iso(link.expires_at) };
}

/** Says what would be wrong with the entry, and saves nothing. */
export function checkOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: `${URL}/faults`,
    config: { access },
    schema: {
      operationId: 'checkOnboarding',
      summary: 'What would be wrong with the entry once these parts were saved; nothing is saved',
      body: entryPatchSchema,
      response: { 200: z.object({ faults: z.array(faultSchema) }) },
    },
    handler: async ({ body, principal }) => {
      const customer = linkedCustomer(principal);
      const edit = (entry: Parameters<typeof patchedEntry>[0]) => patchedEntry(entry, body);
      return { faults: await services.customers.entering.faults(customer, 'customer', edit) };
    },
  });
}

/** Saves the whole entry. */
export function putOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'PUT',
    url: URL,
    config: { access },
    schema: {
      operationId: 'putOnboarding',
      summary: 'Save the whole entry; it may have faults until it is submitted',
      headers: ifMatchHeader,
      body: entrySchema,
      response: { 200: keptEntrySchema },
    },
    handler: async ({ headers, body, principal }, reply) => {
      const change = { side: 'customer', expected: expectedVersions(headers), edit: () => body } as const;
      const kept = await services.customers.entering.save(actorOf(principal), linkedCustomer(principal), change);
      setEtag(reply, kept.version);
      return shownEntry(kept, 'customer');
    },
  });
}

/** Saves parts of the entry. */
export function patchOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: URL,
    config: { access },
    schema: {
      operationId: 'patchOnboarding',
      summary: 'Save parts of the entry; what is left out stays',
      headers: ifMatchHeader,
      body: entryPatchSchema,
      response: { 200: keptEntrySchema },
    },
    handler: async ({ headers, body, principal }, reply) => {
      const edit = (entry: Parameters<typeof patchedEntry>[0]) => patchedEntry(entry, body);
      const change = { side: 'customer', expected: expectedVersions(headers), edit } as const;
      const kept = await services.customers.entering.save(actorOf(principal), linkedCustomer(principal), change);
      setEtag(reply, kept.version);
      return shownEntry(kept, 'customer');
    },
  });
}

/** Submits the entry: from then on the link only reads. */
export function submitOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: `${URL}/submit`,
    config: { access },
    schema: {
      operationId: 'submitOnboarding',
      summary: 'Submit the entry; all faults are told at once. From then on the link only reads',
      headers: ifMatchHeader,
      response: { 200: keptEntrySchema },
    },
    handler: async ({ headers, principal }) => {
      const change = { side: 'customer', expected: expectedVersions(headers) } as const;
      const kept = await services.customers.entering.submit(actorOf(principal), linkedCustomer(principal), change);
      return shownEntry(kept, 'customer');
    },
  });
}

/** A link that shows the DNS records alone. */
export function shareOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: `${URL}/share`,
    config: { access },
    schema: {
      operationId: 'shareOnboarding',
      summary: 'Make a link for a colleague, which shows the DNS records and nothing else',
      body: z.strictObject({ send_to: sendTo }).nullish(),
      response: { 201: sentLinkSchema },
    },
    handler: async ({ body, principal }, reply) => {
      const customer = linkedCustomer(principal);
      const account = await services.customers.get(customer);
      if (account === undefined || !isEntering(account.stage)) {
        throw problem('link-only-reads');
      }
      const link = await services.customers.entering.invite(actorOf(principal), customer, 'records');
      return reply.code(201).send(await sendLink(services, link, body?.send_to));
    },
  });
}

/** The test of both ways. */
export function getOnboardingTest(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: `${URL}/test`,
    config: { access },
    schema: {
      operationId: 'getOnboardingTest',
      summary: 'Where the test message goes to, and how far both tests have come',
      response: { 200: trialSchema },
    },
    handler: async ({ principal }) => shownTrial(await services.customers.trial.view(linkedCustomer(principal))),
  });
}
