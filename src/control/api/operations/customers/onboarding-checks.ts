// The checks and the DNS records over a link.

import { z } from 'zod';
import { actorOf, type Principal } from '../../../access/principal.ts';
import type { CheckView } from '../../../checks/check-views.ts';
import { KINDS_OF } from '../../../checks/kinds.ts';
import { LANGUAGES } from '../../../customers/accounts.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { checkSchema, recordSchema, shownCheck } from '../checks/check-schemas.ts';
import { linkedCustomer } from './onboarding.ts';

/** The records to publish: for the colleague who has DNS in hand, these and nothing else. */
export function getOnboardingRecords(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/onboarding/records',
    config: { access: { link: ['onboarding', 'records'] } },
    schema: {
      operationId: 'getOnboardingRecords',
      summary: 'The records to publish in DNS, over a link',
      response: { 200: z.object({ entries: z.array(recordSchema), language: z.enum(LANGUAGES) }) },
    },
    handler: async ({ principal }) => {
      const customer = linkedCustomer(principal);
      const language = (await services.customers.get(customer))?.language ?? 'en';
      return { entries: await services.checks.records(customer), language };
    },
  });
}

/** A colleague with a link to the records sees what DNS says of them, and nothing of servers and sources. */
function shownTo(principal: Principal, views: readonly CheckView[]) {
  const all = principal.kind === 'link' && principal.link === 'onboarding';
  const ofDomains: readonly string[] = KINDS_OF.domain;
  return views.filter(({ kind }) => all || ofDomains.includes(kind)).map(shownCheck);
}

/** What the checks found last. */
export function getOnboardingChecks(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/onboarding/checks',
    config: { access: { link: ['onboarding', 'records'] } },
    schema: {
      operationId: 'getOnboardingChecks',
      summary: 'What the checks found last, over a link; over one to the records, of DNS alone',
      response: { 200: z.object({ entries: z.array(checkSchema) }) },
    },
    handler: async ({ principal }) => {
      const views = await services.checks.results(linkedCustomer(principal));
      return { entries: shownTo(principal, views) };
    },
  });
}

/** Looks now. */
export function lookOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/onboarding/checks',
    config: { access: { link: ['onboarding', 'records'] } },
    schema: {
      operationId: 'lookOnboarding',
      summary: 'Look at everything that was entered now, over a link',
      response: { 200: z.object({ entries: z.array(checkSchema), all_green: z.boolean() }) },
    },
    handler: async ({ principal }) => {
      const customer = linkedCustomer(principal);
      const looked = await services.checks.lookInTurn(customer);
      if (looked === 'too soon') throw problem('looked-at-just-now');
      services.customers.entering.seen(actorOf(principal), customer, 'customer');
      return { entries: shownTo(principal, looked), all_green: await services.checks.allGreen(customer) };
    },
  });
}
