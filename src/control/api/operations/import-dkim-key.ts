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

/** Takes over a DKIM key that was made elsewhere. */
export function importDkimKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/import',
    config: { access: { needs: 'dkim:write', of: 'object' } },
    schema: {
      operationId: 'importDkimKey',
      summary: 'Take over a DKIM key that was made elsewhere',
      body: z.strictObject({
        domain: dkimDomain,
        selector: dkimSelector,
        stream: dkimStream.default(''),
        private_key: z
          .string()
          .max(20_000)
          .describe('PEM, or the 32 octets of an Ed25519 key in base64. Never shown again.'),
        published: publishedFlag,
      }),
      response: { 200: dkimKeySchema },
    },
    handler: async ({ body: { private_key, ...key }, principal }) => {
      await assertOwnDomain(principal, key.domain, context);
      assertOperatorsWord(principal, key.published);
      return doneOrProblem(await context.control.dkim.import({ ...key, privateKey: private_key }, actorOf(principal)));
    },
  });
}
