// Everything that is wrong with a request is told at once: parameters, query, header fields and body are looked at
// together, before anything is done.

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiServer } from './context.ts';
import { fault } from './field-faults.ts';
import { type ProblemError, problem } from './problem.ts';
import { schemaFault } from './schema-faults.ts';

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
    throw problem('request-faulty', { count: errors.length }, shown);
  });
}

/** What an operation takes no part of, such as a body, is no part of its requests. */
function unasked({ routeOptions, body, query }: FastifyRequest): ProblemError[] {
  const { schema } = routeOptions;
  if (schema === undefined) return [];
  const errors: ProblemError[] = [];
  if (schema.body === undefined && body !== undefined && body !== null && !isEmpty(body)) {
    errors.push(fault('body', 'not-asked-for'));
  }
  if (schema.querystring === undefined && typeof query === 'object' && query !== null) {
    errors.push(...Object.keys(query).map((field) => fault(field || '""', 'unknown-here')));
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
  const found = issues.flatMap((issue) => faultsOf(issue, part));
  const missing = new Set(found.filter(({ code }) => code === 'missing').map(({ field }) => field));
  // How it is to be written is no second fault of what is empty.
  return found.filter(({ field, code }) => code === 'missing' || !missing.has(field));
}

/** The faults that an issue means, each with the field as the caller wrote it. */
function faultsOf(issue: z.core.$ZodIssue, part: string): ProblemError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => fault([...path, key].join('.') || '""', 'unknown-here'));
  }
  const field = path.length === 0 ? part : path.join('.');
  return [schemaFault(field, issue)];
}
