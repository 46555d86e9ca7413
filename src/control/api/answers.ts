// Idempotency-Key: a request that is repeated with its key gets the first answer, and nothing is done twice.

import { actorOf } from '../access/principal.ts';
import type { IdempotencyStore } from '../database/idempotency.ts';
import type { ApiServer } from './context.ts';
import { Problem } from './problem.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Keeps the answers to POST requests that carry a key. */
export function keepAnswers(
  api: ApiServer,
  store: IdempotencyStore,
  fingerprint: (method: string, url: string, body: unknown) => string,
): void {
  const running = new Set<string>();
  const keys = new WeakMap<object, { who: string; key: string; request: string }>();
  api.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || request.method !== 'POST') return;
    if (typeof key !== 'string' || !KEY.test(key)) {
      const message = 'must be 1 to 200 visible ASCII characters';
      throw new Problem(400, 'The Idempotency-Key cannot be used.', [{ field: 'Idempotency-Key', message }]);
    }
    const asked = fingerprint(request.method, request.url, request.body);
    const { who } = actorOf(request.principal);
    const runs = `${who} ${key}`;
    if (running.has(runs)) throw new Problem(409, 'The same request is being carried out; ask again in a moment.');
    // Before the look-up, so that two of the same cannot both find nothing.
    running.add(runs);
    keys.set(request, { who, key, request: asked });
    const kept = await store.find(who, key);
    if (kept === undefined) return;
    finish(request);
    if (kept.request !== asked) {
      const message = 'was used for another request';
      throw new Problem(422, 'The Idempotency-Key was used before.', [{ field: 'Idempotency-Key', message }]);
    }
    await reply
      .code(kept.status)
      .type('application/json')
      .header('idempotency-replayed', 'true')
      .serializer((body: string) => body)
      .send(kept.body);
  });
  api.addHook('onSend', async (request, reply, payload) => {
    const asked = keys.get(request);
    if (asked !== undefined && reply.statusCode < 400 && typeof payload === 'string') {
      await store.keep(asked.who, asked.key, { request: asked.request, status: reply.statusCode, body: payload });
    }
    return payload;
  });
  api.addHook('onResponse', async (request) => finish(request));

  function finish(request: object): void {
    const asked = keys.get(request);
    keys.delete(request);
    if (asked !== undefined) running.delete(`${asked.who} ${asked.key}`);
  }
}
