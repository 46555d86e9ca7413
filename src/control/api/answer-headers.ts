// What every answer carries: an id by which the log finds the request, and word to browsers to do nothing with it but
// show it. No CORS: pages of other sites have no business here.

import helmet from '@fastify/helmet';
import type { FastifyReply } from 'fastify';
import { comesFromUs } from '../access/same-origin.ts';
import { isOverSocket } from './caller.ts';
import type { ApiServer } from './context.ts';
import { problem } from './problem.ts';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const HSTS_SECONDS = 365 * 86_400;

/** Adds the header fields. `url`: `http.url`, whose pages are ours. */
export async function addAnswerHeaders(api: ApiServer, url: string): Promise<void> {
  await api.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: url.startsWith('https:') && { maxAge: HSTS_SECONDS, includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  api.addHook('onRequest', async ({ id }, reply) => {
    reply.header('x-request-id', id).header('cache-control', 'no-store').header('vary', 'authorization, cookie');
  });
  api.addHook('onSend', async (request, reply, payload) => (isKnown(request, reply) ? notModified(reply) : payload));
}

/** Pages of other sites ask for no change, whoever is signed in. `url`: `http.url`, whose pages are ours. */
export function refuseOtherSites(api: ApiServer, url: string): void {
  api.addHook('onRequest', async ({ method, headers, raw }) => {
    if (SAFE.has(method) || isOverSocket(raw)) return;
    const fetchSite = headers['sec-fetch-site'];
    const from = { origin: headers.origin, fetchSite: Array.isArray(fetchSite) ? fetchSite[0] : fetchSite };
    if (!comesFromUs(from, url)) throw problem('other-site');
  });
}

/** Whether the client has this version already (RFC 9110 13.1.2: the weak comparison). */
function isKnown(
  request: { method: string; headers: { 'if-none-match'?: string | undefined } },
  reply: FastifyReply,
): boolean {
  const tag = reply.getHeader('etag');
  const known = request.headers['if-none-match'];
  if (typeof tag !== 'string' || known === undefined || reply.statusCode !== 200) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

function notModified(reply: FastifyReply): null {
  reply.code(304).removeHeader('content-length').removeHeader('content-type');
  return null;
}
