// Every error of the API as problem+json; what is our own fault goes to the log, not to the client.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../platform/log.ts';
import type { ApiServer } from './context.ts';
import { fault } from './field-faults.ts';
import type { AnswerUnknown } from './methods.ts';
import { Problem, type ProblemStatus, problem } from './problem.ts';

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
    return problem('unexpected', { request: id });
  }
  const code = SHELL_FAULTS[status];
  return problem(code, {}, [fault(FIELDS[status] ?? 'body', code)]);
}

/** Faults that the HTTP shell itself finds, in our words: its own may quote what was sent. */
const SHELL_FAULTS = {
  400: 'unreadable',
  413: 'too-large',
  415: 'type-not-taken',
  503: 'too-slow',
} as const satisfies Partial<Record<ProblemStatus, string>>;
const FIELDS: Partial<Record<ProblemStatus, string>> = { 415: 'Content-Type', 503: 'request' };

function statusOf(error: unknown): keyof typeof SHELL_FAULTS | undefined {
  const given = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  if (given === 413 || given === 415 || given === 503) return given;
  return typeof given === 'number' && given >= 400 && given < 500 ? 400 : undefined;
}
