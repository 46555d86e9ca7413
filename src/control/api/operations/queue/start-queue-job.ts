import { z } from 'zod';
import { rowOfKey } from '../../../../mail/queue/row-key.ts';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { fault, says } from '../../field-faults.ts';
import { problem, valueOf } from '../../problem.ts';
import { jobShape, shownJob } from './shapes.ts';
import { QUEUE_VERBS, verbBody, verbOf } from './verb.ts';

/** Does a verb to very many recipients, step by step. */
export function startQueueJob(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/queue/jobs',
    config: { access: { needs: 'queue:write', of: 'operator', stepUp: true } },
    schema: {
      operationId: 'startQueueJob',
      summary: 'Hold, release, retry, remove or reroute very many, step by step',
      description: 'Answers at once; showQueueJob says how far it is. It goes on after a restart, and can be stopped.',
      body: verbBody.extend({
        verb: z.enum(QUEUE_VERBS),
        until: z
          .string()
          .regex(/^[0-9a-z]{1,11}$/, says('change-until'))
          .optional()
          .describe('`until` of the preview: what came later is left alone. Absent: all that is there now.'),
      }),
      response: { 202: jobShape },
    },
    handler: async ({ body: { verb: name, until, ...body }, principal }, reply) => {
      const verb = await verbOf(context, name, body, actorOf(principal).who);
      const newest = until === undefined ? undefined : rowOfKey(until);
      const meant = valueOf(await context.reader.queueMeant(verb, newest), 'query');
      if (meant.recipients === 0) {
        throw problem('nothing-queued-meant', {}, [fault('query', 'means-nothing')]);
      }
      const row = await context.services.bulk.start(actorOf(principal, body.note), {
        work: { part: 'queue', verb, until: newest ?? rowOfKey(meant.until) ?? 0 },
        customer: verb.query.customer,
        total: meant.recipients,
        more: meant.more,
      });
      return reply.code(202).send(shownJob(row));
    },
  });
}
