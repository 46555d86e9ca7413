// Every error of the API as problem+json; what is our own fault goes to the log, not to the client.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../platform/log.ts';
import type { ApiServer } from './context.ts';
import type { AnswerUnknown } from './methods.ts';
import { Problem, type ProblemStatus } from './problem.ts';

/** Answers an error of a request. */
export type ErrorAnswer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** The one answer to errors; what is unexpected goes to the log. */
export function createErrorAnswer(log: Log): ErrorAnswer {
  return (error, request, reply) => {
    const problem = toProblem(error, request.id);
    if (problem.status === 500) {
      log.error('api operation failed', { err: error, operation: request.routeOptions.url, request: request.id });
    }
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem.body());
  };
}

/** Answers errors and unknown paths. */
export function answerErrors(api: ApiServer, answer: ErrorAnswer, unknown: AnswerUnknown): void {
  api.setErrorHandler(answer);
  api.setNotFoundHandler((request, reply) => {
    try {
      return unknown(request, reply);
    } catch (error) {
      return answer(error, request, reply);
    }
  });
}

function toProblem(error: unknown, id: string): Problem {
  if (error instanceof Problem) return error;
  const status = statusOf(error);
  if (status === undefined) {
    return new Problem(500, `Something unexpected happened; the log of the relay knows what, under ${id}.`);
  }
  const message = SHELL_FAULTS[status];
  return new Problem(status, `The request ${message}.`, [{ field: FIELDS[status] ?? 'body', message }]);
}

/** Faults that the HTTP shell itself finds, in our words: its own may quote what was sent. */
const SHELL_FAULTS = {
  400: 'cannot be read',
  413: 'is too large',
  415: 'is of a type that is not taken here',
  503: 'took too long',
} as const satisfies Partial<Record<ProblemStatus, string>>;
const FIELDS: Partial<Record<ProblemStatus, string>> = { 415: 'Content-Type', 503: 'request' };

function statusOf(error: unknown): keyof typeof SHELL_FAULTS | undefined {
  const given = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  if (given === 413 || given === 415 || given === 503) return given;
  return typeof given === 'number' && given >= 400 && given < 500 ? 400 : undefined;
}
