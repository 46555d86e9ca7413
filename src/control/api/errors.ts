// Every error of the API as problem+json; what is our own fault goes to the log, not to the client.

import type { FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Log } from '../../platform/log.ts';
import type { ApiServer } from './context.ts';
import { Problem, type ProblemError, type ProblemStatus } from './problem.ts';

/** Answers errors and unknown paths. */
export function answerErrors(api: ApiServer, log: Log): void {
  api.setNotFoundHandler((request, reply) =>
    send(
      reply,
      new Problem(404, `${request.method} ${request.url.split('?')[0]} is no operation; see /api/v1/openapi.json.`),
    ),
  );
  api.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status === 500) log.error('api operation failed', { err: error, operation: request.routeOptions.url });
    return send(reply, problem);
  });
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem.body());
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = error.validationContext ?? 'request';
    const errors = error.validation.map((issue): ProblemError => {
      const field = issue.instancePath
        .split('/')
        .filter((part) => part !== '')
        .join('.');
      const keys = 'keys' in issue.params && Array.isArray(issue.params['keys']) ? issue.params['keys'].join(', ') : '';
      return { field: field === '' ? keys || context : field, message: issue.message ?? 'is not allowed' };
    });
    return new Problem(400, `The ${part(context)} has ${errors.length} fault(s).`, errors);
  }
  const status = statusOf(error);
  if (status === undefined) return new Problem(500, 'Something unexpected happened; the log of the relay knows what.');
  const message = error instanceof Error ? error.message : 'The request cannot be read.';
  return new Problem(status, message, [{ field: 'body', message }]);
}

/** Errors of the HTTP shell itself: a body that is too large, of an unknown type, or no JSON. */
function statusOf(error: unknown): ProblemStatus | undefined {
  const given = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  if (given === 413 || given === 415) return given;
  return typeof given === 'number' && given >= 400 && given < 500 ? 400 : undefined;
}

function part(context: string): string {
  return context === 'querystring' ? 'query' : context;
}
