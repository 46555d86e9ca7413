// Idempotency-Key: a request that is repeated with its key gets the first answer, and nothing is done twice. For POST and
// PATCH; the other methods may be repeated as they are (RFC 9110 9.2.2).

import type { FastifyRequest } from 'fastify';
import { actorOf } from '../access/principal.ts';
import type { IdempotencyStore, KeptAnswer } from '../database/idempotency.ts';
import type { ApiServer } from './context.ts';
import { fault } from './field-faults.ts';
import { type ProblemError, problem } from './problem.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;
const METHODS: ReadonlySet<string> = new Set(['POST', 'PATCH']);

/** What is wrong with the Idempotency-Key of a request. */
export function idempotencyFaults({ method, headers, principal, routeOptions }: FastifyRequest): ProblemError[] {
  const key = headers['idempotency-key'];
  if (key === undefined || !METHODS.has(method)) return [];
  if (typeof key !== 'string' || !KEY.test(key)) return [fault('Idempotency-Key', 'idempotency-key')];
  const { access } = routeOptions.config;
  if (access !== undefined && ('self' in access || 'public' in access)) {
    // Passwords are in these: what is kept of a request is quick to compute, and so to guess.
    return [fault('Idempotency-Key', 'key-not-for-account')];
  }
  // Keys are their callers' own; one that nobody in particular sent would be everybody's.
  return principal.kind === 'nobody' ? [fault('Idempotency-Key', 'key-not-for-unknown')] : [];
}

/** Keeps the answers to requests that carry a key. */
export function keepAnswers(
  api: ApiServer,
  store: IdempotencyStore,
  fingerprint: (method: string, url: string, body: unknown) => string,
): void {
  /** Keys of requests that are being carried out. */
  const running = new Set<string>();
  const keys = new WeakMap<object, { who: string; key: string }>();
  api.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || !METHODS.has(request.method)) return;
    const { who } = actorOf(request.principal);
    if (running.has(`${who} ${key}`)) {
      throw problem('same-request-running');
    }
    // Before the look-up, so that two of the same cannot both be the first.
    running.add(`${who} ${key}`);
    keys.set(request, { who, key });
    const state = await begin(request, { who, key });
    if (state === undefined) return;
    await reply
      .code(state.status)
      .type('application/json')
      .headers({ 'idempotency-replayed': 'true', ...(state.etag !== undefined && { etag: state.etag }) })
      .serializer((body: string) => body)
      .send(state.body);
  });
  api.addHook('onSend', async (request, reply, payload) => {
    const asked = keys.get(request);
    if (asked === undefined || reply.hasHeader('idempotency-replayed')) return payload;
    if (reply.statusCode >= 400) await store.forget(asked.who, asked.key);
    else await store.finish(asked.who, asked.key, answerOf(reply.statusCode, reply.getHeader('etag'), payload));
    return payload;
  });
  api.addHook('onResponse', async (request) => release(request));

  /** The answer that is given again; nothing where the request is to be carried out. */
  async function begin(request: FastifyRequest, { who, key }: { who: string; key: string }) {
    const asked = fingerprint(request.method, request.url, request.body);
    const state = await store.begin(who, key, asked);
    if (state.kind === 'new') return undefined;
    // What follows is about an earlier request; its state is not this one's to change.
    release(request);
    if (state.kind === 'answered') return state.answer;
    if (state.kind === 'other') {
      throw problem('idempotency-key-used', {}, [fault('Idempotency-Key', 'key-reused')]);
    }
    throw problem('answer-lost');
  }

  function release(request: object): void {
    const asked = keys.get(request);
    keys.delete(request);
    if (asked !== undefined) running.delete(`${asked.who} ${asked.key}`);
  }
}

function answerOf(status: number, etag: unknown, payload: unknown): KeptAnswer {
  const body = typeof payload === 'string' ? payload : '';
  return typeof etag === 'string' ? { status, etag, body } : { status, body };
}
