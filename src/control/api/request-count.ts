// Requests are counted by caller; those without credentials, or with wrong ones, by address. Wrong credentials so use up
// nobody's requests but those of the address they came from.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock.ts';
import { clientNetwork } from '../access/client-network.ts';
import type { Principal } from '../access/principal.ts';
import type { Guard } from './access.ts';
import type { ClientAddress } from './client-address.ts';
import { problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

/**
 * A link is one person's who fills in a form, and may have come to anybody; each look at the largest entry costs a tenth of
 * a second of the main thread.
 */
const LINK_PER_MINUTE = 60;
const LINK_SHARE = 20;

export interface RequestCountOptions {
  perMinute: number;
  unknownPerMinute: number;
  address: ClientAddress;
  clock: Pick<Clock, 'monotonic'>;
}

/** Counts requests and tells callers how many are left. The owner, on the socket, is not counted. */
export function createRequestCount(options: RequestCountOptions): Guard['count'] {
  const { clock } = options;
  const known = createRateLimit({ name: 'caller', perMinute: options.perMinute, clock });
  const forLinks = Math.max(LINK_PER_MINUTE, Math.ceil(options.perMinute / LINK_SHARE));
  const links = createRateLimit({ name: 'link', perMinute: Math.min(options.perMinute, forLinks), clock });
  const unknown = createRateLimit({ name: 'address', perMinute: options.unknownPerMinute, clock });
  return (principal: Principal | undefined, request: FastifyRequest, reply: FastifyReply) => {
    if (principal?.kind === 'owner') return;
    const verdict =
      principal === undefined || principal.kind === 'nobody'
        ? unknown.take(clientNetwork(options.address(request.raw)))
        : (principal.kind === 'link' ? links : known).take(`${principal.kind}:${principal.id}`);
    reply.headers(verdict.headers);
    if (verdict.allowed) return;
    reply.header('retry-after', verdict.retryAfter);
    throw problem('too-many-requests', { seconds: verdict.retryAfter });
  };
}
