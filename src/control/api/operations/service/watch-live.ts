import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { customerOf, holds, type Principal } from '../../../access/principal.ts';
import { frameSchema } from '../../../live/frame.ts';
import type { Onlooker } from '../../../live/live.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';

/** A stream goes on until somebody ends it; this is the longest time that a timer can hold. */
const NEVER_MS = 2 ** 31 - 1;

/** What moves, a frame a second. */
export function watchLive(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/live',
    exposeHeadRoute: false,
    handlerTimeout: NEVER_MS,
    config: { access: { needs: 'queue:read', of: 'query' } },
    schema: {
      operationId: 'watchLive',
      summary: 'What moves: server-sent events, a frame of JSON a second, until the session or key ends (docs/api.md)',
      querystring: z.strictObject({ customer: customerId.optional() }),
      response: {
        200: { description: 'The data of each event.', content: { 'text/event-stream': { schema: frameSchema } } },
      },
    },
    handler: async (request, reply) => {
      const stream = context.services.live.listen(onlooker(context, request, request.query.customer));
      if (stream === undefined) {
        reply.header('retry-after', 10);
        throw problem('too-many-watch');
      }
      // Proxies are to hand it on as it comes.
      const answer: FastifyReply = reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
      await answer.send(stream);
    },
  });
}

function onlooker({ services }: ApiContext, request: FastifyRequest, customer: Onlooker['customer']): Onlooker {
  const { principal } = request;
  const relay = customerOf(principal) === undefined && holds(principal, 'relay:read') && customer === undefined;
  return {
    who: nameOf(principal),
    relay,
    ...(customer !== undefined && { customer }),
    allowed: async () =>
      principal.kind === 'owner' || isSame(principal, await services.access.stillWho(asked(request))),
  };
}

/** The credentials of the request, as they were sent. */
function asked({ headers, principal }: FastifyRequest) {
  const from = principal.kind === 'owner' ? undefined : principal.from;
  return {
    method: 'GET',
    authorization: headers.authorization,
    cookie: headers.cookie,
    origin: headers.origin,
    fetchSite: [headers['sec-fetch-site']].flat()[0],
    ...(from !== undefined && { from }),
  };
}

function isSame(before: Principal, now: Principal): boolean {
  return nameOf(before) === nameOf(now) && customerOf(before) === customerOf(now) && holds(now, 'queue:read');
}

function nameOf(principal: Principal): string {
  return 'id' in principal ? `${principal.kind}:${principal.id}` : principal.kind;
}
