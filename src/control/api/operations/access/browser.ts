// What operations that sign in and out share: the client behind a request, cookies in an answer.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { deviceCookie, noSessionCookie, readCookies, sessionCookie } from '../../../access/cookies.ts';
import type { Client } from '../../../access/parts.ts';
import type { UserPrincipal } from '../../../access/principal.ts';
import type { SignInStep } from '../../../access/sign-in.ts';
import { TooManyAttempts } from '../../../access/too-many-attempts.ts';
import type { ApiContext } from '../../context.ts';
import { problem } from '../../problem.ts';
import { shownUser, type signInStep } from './schemas.ts';

/** Where a request comes from. */
export function clientOf({ principal, headers }: FastifyRequest, { services }: ApiContext): Client {
  const cookies = readCookies(headers.cookie, services.access.url());
  const from = principal.kind === 'owner' ? undefined : principal.from;
  return { from, agent: headers['user-agent'], ...cookies };
}

/** The user behind a request of an operation that is for users (`self`). */
export function userOf({ principal }: Pick<FastifyRequest, 'principal'>): UserPrincipal {
  if (principal.kind !== 'user') throw problem('people-only');
  return principal;
}

/** Does what may be refused for too many attempts, and says in the answer how long to wait. */
export async function orWait<T>(reply: FastifyReply, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooManyAttempts) reply.header('retry-after', error.seconds);
    throw error;
  }
}

/** Puts the cookies of a sign-in into the answer, and says how it went. */
export function answerSignIn(
  reply: FastifyReply,
  step: SignInStep,
  { services }: ApiContext,
): z.input<typeof signInStep> {
  if (step.kind === 'second_factor') return { state: 'second_factor', ticket: step.ticket, ways: step.ways };
  const { access } = services;
  const { person, session } = step;
  reply.header('set-cookie', [sessionCookie(session.token, access.url()), deviceCookie(session.device, access.url())]);
  return { state: 'signed_in', user: shownUser(person), set_up_needed: access.account.mustSetUp(person) };
}

/** Puts the new token of a session into the answer. */
export function setSessionCookie(reply: FastifyReply, token: string, { services }: ApiContext): void {
  reply.header('set-cookie', sessionCookie(token, services.access.url()));
}

/** Takes the session's cookie away. */
export function clearSessionCookie(reply: FastifyReply, { services }: ApiContext): void {
  reply.header('set-cookie', noSessionCookie(services.access.url()));
}

/** The same without what was left out: libraries tell `undefined` from absent. */
export function defined<T extends object>(given: T): Defined<T> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isPlain(value) ? defined(value) : value]),
  ) as Defined<T>;
}

type Defined<T> = { [K in keyof T]: Defined<Exclude<T[K], undefined>> };

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
