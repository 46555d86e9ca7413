import { z } from 'zod';
import { LANGUAGES } from '../../../notices/languages.ts';
import { sandboxFor } from '../../../sandbox/who-may.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { answerSignIn, clientOf } from '../access/browser.ts';
import { signInStep } from '../access/schemas.ts';
import { SANDBOX_ACCESS } from './sandbox-schemas.ts';

const PEOPLE = {
  operator: { email: 'operator@sandbox.test', name: 'Sandbox operator', role: 'administrator' },
  customer: { email: 'ada@demo.test', name: 'Ada', role: 'customer_administrator' },
} as const;

/** Opens a session without an account; made for the sandbox, and there alone. */
export function openSandboxSession(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/sandbox/session',
    config: { access: SANDBOX_ACCESS },
    schema: {
      operationId: 'openSandboxSession',
      summary: 'Look around in the sandbox, as the operator or as its customer',
      description: 'From a page of the sandbox itself alone. A relay with a configuration does not have this.',
      body: z.strictObject({ as: z.enum(['operator', 'customer']), language: z.enum(LANGUAGES).default('en') }),
      response: { 200: signInStep },
    },
    handler: async (request, reply) => {
      const sandbox = sandboxFor(context, request);
      // The hook lets pass what is no browser and names no origin; a session is for browsers, which name theirs.
      if (request.headers.origin === undefined) throw problem('sandbox-page-only');
      const { as, language } = request.body;
      if (as === 'customer') await openPortal(context, sandbox.customer);
      const customer = as === 'customer' ? sandbox.customer : null;
      const person = { ...PEOPLE[as], customer, language };
      const step = await context.services.access.lookAround(person, clientOf(request, context));
      return answerSignIn(reply, step, context);
    },
  });
}

async function openPortal({ services }: ApiContext, customer: string): Promise<void> {
  const id = customer as Parameters<typeof services.customers.get>[0];
  if ((await services.customers.get(id))?.portal === 'approved') return;
  const change = { expected: { any: true } as const, patch: { portal: 'approved' as const } };
  await services.customers.holdings.settings({ who: 'sandbox' }, id, change);
}
