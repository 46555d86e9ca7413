// The checks and the DNS records over a link.

import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { Problem } from '../../problem.ts';
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
      response: { 200: z.object({ entries: z.array(recordSchema) }) },
    },
    handler: async ({ principal }) => ({ entries: await services.checks.records(linkedCustomer(principal)) }),
  });
}

/** What the checks found last. */
export function getOnboardingChecks(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/onboarding/checks',
    config: { access: { link: ['onboarding'] } },
    schema: {
      operationId: 'getOnboardingChecks',
      summary: 'What the checks found last, over a link',
      response: { 200: z.object({ entries: z.array(checkSchema) }) },
    },
    handler: async ({ principal }) => {
      const views = await services.checks.results(linkedCustomer(principal));
      return { entries: views.map(shownCheck) };
    },
  });
}

/** Looks now. */
export function lookOnboarding(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/onboarding/checks',
    config: { access: { link: ['onboarding'] } },
    schema: {
      operationId: 'lookOnboarding',
      summary: 'Look at everything that was entered now, over a link',
      response: { 200: z.object({ entries: z.array(checkSchema), all_green: z.boolean() }) },
    },
    handler: async ({ principal }) => {
      const customer = linkedCustomer(principal);
      const looked = await services.checks.lookInTurn(customer);
      if (looked === 'too soon') throw new Problem(429, 'It was looked at a moment ago; look again in some seconds.');
      services.customers.entering.seen(actorOf(principal), customer, 'customer');
      return { entries: looked.map(shownCheck), all_green: await services.checks.allGreen(customer) };
    },
  });
}
