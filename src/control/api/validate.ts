// Everything that is wrong with a request is told at once: parameters, query, header fields and body are looked at
// together, before anything is done.

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiServer } from './context.ts';
import { Problem, type ProblemError } from './problem.ts';

const PARTS = ['params', 'querystring', 'headers', 'body'] as const;
type Part = (typeof PARTS)[number];
/** Faults named in one answer. */
const MOST_FAULTS = 1000;

/** More that may be wrong with a request, such as a header field that all operations have. */
export type MoreFaults = (request: FastifyRequest) => ProblemError[];

/** Validates requests by the schemas of their operations; what they transform is what handlers get. */
export function validateAtOnce(api: ApiServer, moreFaults: MoreFaults): void {
  // Fastify's own validation would stop at the first part that has a fault.
  api.setValidatorCompiler(() => (value: unknown) => ({ value }));
  api.addHook('preValidation', async (request) => {
    const errors = [...moreFaults(request), ...unasked(request)];
    for (const part of PARTS) errors.push(...validatePart(request, part));
    if (errors.length === 0) return;
    const shown = errors.slice(0, MOST_FAULTS);
    throw new Problem(400, `The request has ${errors.length} fault(s); nothing was done.`, shown);
  });
}

/** What an operation takes no part of, such as a body, is no part of its requests. */
function unasked({ routeOptions, body, query }: FastifyRequest): ProblemError[] {
  const { schema } = routeOptions;
  if (schema === undefined) return [];
  const errors: ProblemError[] = [];
  if (schema.body === undefined && body !== undefined && body !== null && !isEmpty(body)) {
    errors.push({ field: 'body', message: 'is not asked for here' });
  }
  if (schema.querystring === undefined && typeof query === 'object' && query !== null) {
    errors.push(...Object.keys(query).map((field) => ({ field: field || '""', message: 'is not known here' })));
  }
  return errors;
}

function isEmpty(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0;
}

function validatePart(request: FastifyRequest, part: Part): ProblemError[] {
  const schema = request.routeOptions.schema?.[part];
  if (!(schema instanceof z.ZodType)) return [];
  const name = part === 'querystring' ? 'query' : part;
  const result = schema.safeParse(request[name]);
  if (!result.success) return problemsOf(result.error, name);
  request[name] = result.data as never;
  return [];
}

/** All faults that were found, each with its field; `part` names what has none. */
export function problemsOf({ issues }: z.ZodError, part: string): ProblemError[] {
  return issues.flatMap((issue) => faultsOf(issue, part));
}

/** The faults that an issue means, each with the field as the caller wrote it. */
function faultsOf(issue: z.core.$ZodIssue, part: string): ProblemError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...path, key].join('.') || '""', message: 'is not known here' }));
  }
  const field = path.length === 0 ? part : path.join('.');
  return [{ field, message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return 'is missing';
  return issue.message.replace('Invalid input: expected', 'must be').replace(/, received (.*)$/, ', not $1');
}
