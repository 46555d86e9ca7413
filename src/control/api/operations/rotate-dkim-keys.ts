import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import {
  assertOperatorsWord,
  assertOwnDomain,
  dkimDomain,
  dkimKeySchema,
  dkimStream,
  doneOrProblem,
  publishedFlag,
} from '../dkim-schemas.ts';

/** Makes a successor for each key that signs. It takes over once its record is seen; asked again it is the same one. */
export function rotateDkimKeys(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/domains/:domain/rotate',
    config: { access: { needs: 'dkim:write', of: 'object' } },
    schema: {
      operationId: 'rotateDkimKeys',
      summary: 'Make successors for the keys that sign for a domain',
      params: z.object({ domain: dkimDomain }),
      body: z.strictObject({ stream: dkimStream.optional(), published: publishedFlag }),
      response: { 200: z.object({ entries: z.array(dkimKeySchema) }) },
    },
    handler: async ({ params: { domain }, body: { stream, published }, principal }) => {
      await assertOwnDomain(principal, domain, context);
      assertOperatorsWord(principal, published);
      const what = { domain, published, ...(stream !== undefined && { stream }) };
      return { entries: doneOrProblem(await context.control.dkim.rotate(what, actorOf(principal))) };
    },
  });
}
