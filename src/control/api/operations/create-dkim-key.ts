import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import {
  assertOperatorsWord,
  assertOwnDomain,
  dkimDomain,
  dkimKeySchema,
  dkimSelector,
  dkimStream,
  doneOrProblem,
  publishedFlag,
} from '../dkim-schemas.ts';

/** Makes a DKIM key; what was made before for the same goes on until this one signs. */
export function createDkimKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/keys',
    config: { access: { needs: 'dkim:write', of: 'object' } },
    schema: {
      operationId: 'createDkimKey',
      summary: 'Make a DKIM key',
      body: z.strictObject({
        domain: dkimDomain,
        stream: dkimStream.default(''),
        algorithm: z.enum(['rsa', 'ed25519']).default('rsa'),
        selector: dkimSelector.optional().describe('Default: a new one with the day in it.'),
        published: publishedFlag,
      }),
      response: { 200: dkimKeySchema },
    },
    handler: async ({ body, principal }) => {
      await assertOwnDomain(principal, body.domain, context);
      assertOperatorsWord(principal, body.published);
      return doneOrProblem(await context.control.dkim.create(body, actorOf(principal)));
    },
  });
}
