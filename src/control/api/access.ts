// Who may call an operation. Each says so itself, in `config.access`; one that says nothing cannot be added at all.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CustomerId } from '../../mail/message.ts';
import type { Permission } from '../access/permissions.ts';
import { customerOf, holds, type LinkKind, type Principal } from '../access/principal.ts';
import type { ApiServer } from './context.ts';
import { problem } from './problem.ts';

/** What an operation asks of its caller. */
export type Access =
  /** Nobody need be known; the reason stands in the documentation (`security: []`). */
  | { public: string }
  /** Any user that is signed in, for what is its own (its session, its password). */
  | { self: true; stepUp?: true }
  | {
      needs: Permission;
      /**
       * Whose things the operation is about. `operator`: the relay's own, never for a customer's side. `path`: those of the
       * customer named in the path (`:customer`). `query`: of the customer named in the query; a customer's side gets its own, named or
       * not. `object`: of a customer that only the handler finds out: it calls `assertOwn`.
       */
      of: 'operator' | 'path' | 'query' | 'object';
      /** Needs a fresh proof of who it is (a password, a passkey) of users. */
      stepUp?: true;
    }
  /** Only with a link of one of these kinds. */
  | { link: readonly LinkKind[] };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Set before anything else looks at the request. */
    principal: Principal;
  }
}

export interface Guard {
  /** Who asks. Rejects with a Problem where credentials are wrong. */
  caller: (request: FastifyRequest) => Promise<Principal>;
  /** Counts the request; throws a Problem (429) where there are too many. `undefined`: its credentials are wrong. */
  count: (principal: Principal | undefined, request: FastifyRequest, reply: FastifyReply) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Refuses, before the body is read, whoever may not; and every operation that does not say who may. */
export function guardOperations(api: ApiServer, { caller, count, now }: Guard): void {
  api.decorateRequest('principal');
  api.addHook('onRoute', ({ url, method, config }) => {
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} does not say who may call it`);
  });
  api.addHook('onRequest', async (request, reply) => {
    request.principal = { kind: 'nobody' };
    try {
      request.principal = await caller(request);
    } catch (error) {
      count(undefined, request, reply);
      throw error;
    }
    count(request.principal, request, reply);
    // An unknown path has no operation; the answer to it says nothing.
    if (request.is404) return;
    assertAllowed(request.routeOptions.config.access, request.principal, now());
  });
  // Before anything is said of the rest of the request.
  api.addHook('preValidation', async ({ routeOptions, principal, params, query }) => {
    const { access } = routeOptions.config;
    if (access === undefined || !('needs' in access)) return;
    if (access.of === 'path') assertOwn(principal, namedIn(params), 'customer');
    const asked = namedIn(query);
    if (access.of === 'query' && asked !== undefined) assertOwn(principal, asked, 'customer');
  });
  // After the query was validated.
  api.addHook('preHandler', async (request) => {
    const { access } = request.routeOptions.config;
    if (access !== undefined && 'needs' in access && access.of === 'query') narrowQuery(request);
  });
}

/** Throws a 404 where a customer's side asks for what is not its own: it does not learn that there is such a thing. */
export function assertOwn(principal: Principal, customer: string | undefined | null, what = 'object'): void {
  const own = customerOf(principal);
  if (own !== undefined && own !== customer) throw problem('no-such-thing', { what });
}

function assertAllowed(access: Access | undefined, principal: Principal, now: number): void {
  if (access === undefined) throw problem('not-open');
  if ('public' in access) return;
  if (principal.kind === 'nobody') throw problem('not-signed-in');
  if ('self' in access) {
    if (principal.kind !== 'user') throw problem('people-only');
    return assertSteppedUp(access.stepUp, principal, now);
  }
  if ('link' in access) {
    if (principal.kind !== 'link' || !access.link.includes(principal.link)) {
      throw problem('link-needed');
    }
    return;
  }
  if (principal.kind === 'user' && principal.mustSetUp === true) {
    throw problem('second-factor-needed');
  }
  if (!holds(principal, access.needs)) throw problem('permission-needed', { permission: access.needs });
  if (access.of === 'operator' && customerOf(principal) !== undefined) {
    throw problem('operator-only');
  }
  assertSteppedUp(access.stepUp, principal, now);
}

function assertSteppedUp(stepUp: true | undefined, principal: Principal, now: number): void {
  if (stepUp !== true || principal.kind !== 'user' || principal.steppedUpUntil > now) return;
  throw problem('step-up-needed');
}

/** A customer's side stays with its own customer, whatever its query says. */
function narrowQuery({ principal, query }: FastifyRequest): void {
  const own = customerOf(principal);
  if (own === undefined) return;
  const asked = query as { customer?: CustomerId };
  if (asked.customer !== undefined) assertOwn(principal, asked.customer, 'customer');
  asked.customer = own;
}

function namedIn(params: unknown): string | undefined {
  return typeof params === 'object' && params !== null && 'customer' in params ? String(params.customer) : undefined;
}
