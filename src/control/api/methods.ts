// Paths that there are, asked with a method that they do not have: 405 with those that they have; OPTIONS says the same.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiServer } from './context.ts';
import { problem } from './problem.ts';

/** Answers what no operation does: 204 or 405 with `Allow`, or a 404. */
export type AnswerUnknown = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Notes the paths of the operations from now on. */
export function noteMethods(api: ApiServer): AnswerUnknown {
  const paths = new Map<string, { path: RegExp; methods: Set<string> }>();
  api.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { path: pathPattern(url), methods: new Set<string>(['OPTIONS']) };
    for (const one of [method].flat()) known.methods.add(one);
    paths.set(url, known);
  });
  return (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const fitting = [...paths.values()].filter((known) => known.path.test(path));
    if (fitting.length === 0) {
      throw problem('no-operation', { method: request.method, path: path.slice(0, 200) });
    }
    const allowed = [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort().join(', ');
    reply.header('allow', allowed);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw problem('wrong-method', { method: request.method, allowed });
  };
}

function pathPattern(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('/')}$`);
}
