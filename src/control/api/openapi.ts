// The OpenAPI document: what the schemas of the operations say, and what all have in common: who may call, what a
// refusal looks like, how many requests are left.

import { z } from 'zod';
import { PERMISSIONS } from '../access/permissions.ts';
import type { Access } from './access.ts';
import { type ProblemStatus, problemSchema, TITLES } from './problem.ts';

/** An operation of the document, as far as this code looks into it. */
export interface OperationObject {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: ParameterObject[];
  requestBody?: { required?: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, ResponseObject>;
  security?: Record<string, string[]>[];
  'x-permission'?: string;
  'x-scope'?: string;
  'x-step-up'?: boolean;
}

export interface ParameterObject {
  $ref?: string;
  name?: string;
  in?: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema?: JsonSchema;
}

export interface ResponseObject {
  $ref?: string;
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: JsonSchema }>;
}

/** A JSON Schema (2020-12), as far as this code looks into it. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  examples?: unknown[];
  $ref?: string;
}

export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description?: string };
  servers?: { url: string }[];
  tags?: { name: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  components?: Record<string, Record<string, unknown>>;
}

const DESCRIPTION = `The relay's API. Whoever can open the socket in the data folder is the owner and may do everything. Over the network a
request carries the API key of a program (\`Authorization: Bearer emk_…\`), the session cookie of a person who has
signed in, or the token of a link (\`Authorization: Link …\`). Lists come in pages: \`next\` of a page is the \`after\` of
the one that follows. A refusal is a problem (RFC 9457) that names every field at fault. POST and PATCH may carry an
Idempotency-Key; answers are kept for 24 hours. How many requests are left is said in the fields \`RateLimit\` and
\`RateLimit-Policy\` (draft-ietf-httpapi-ratelimit-headers-10).`;

/** Completes the document that the schemas make; `accessOf` knows each operation by its id. */
export function completeDocument(
  raw: OpenApiDocument,
  options: { url: string; accessOf: (operationId: string) => Access | undefined },
): OpenApiDocument {
  const tags = new Set<string>();
  const paths: OpenApiDocument['paths'] = {};
  for (const [path, operations] of Object.entries(raw.paths)) {
    const complete = Object.entries(operations).map(([method, operation]) => {
      const access = options.accessOf(operation.operationId);
      if (access === undefined) throw new Error(`${method} ${path} has no operationId, or nobody may call it`);
      const noun = operation.tags?.[0] ?? nounOf(path);
      tags.add(noun);
      return [method, completeOperation({ ...operation, tags: [noun] }, { method, path, access })] as const;
    });
    paths[path] = Object.fromEntries(complete);
  }
  return {
    ...raw,
    info: { ...raw.info, description: DESCRIPTION.replaceAll('\n', ' ') },
    servers: [{ url: options.url }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: components(options.url),
  };
}

/** The noun that an operation is about: `suppressions` of `/api/v1/customers/{customer}/suppressions/{address}`. */
function nounOf(path: string): string {
  const [first = '', , third] = path.split('/').slice(3);
  const noun = first === 'customers' && third !== undefined ? third : first;
  return (PARTS_OF[noun] ?? noun).replaceAll('-', ' ');
}

/** What belongs to the noun beside it. */
const PARTS_OF: Readonly<Record<string, string>> = {
  stage: 'customers',
  transitions: 'customers',
  times: 'customers',
  contracts: 'customers',
  subscriptions: 'customers',
  approval: 'entry',
  test: 'entry',
  records: 'checks',
  granted: 'grants',
  terminations: 'termination',
  reinstate: 'termination',
  certificate: 'termination',
  'certificate-keys': 'termination',
  spf: 'pools',
  invitations: 'users',
  'password-resets': 'account',
  'event-types': 'events',
  drain: 'status',
};

function completeOperation(
  operation: OperationObject,
  { method, path, access }: { method: string; path: string; access: Access },
): OperationObject {
  const conditional = operation.parameters?.some(({ name }) => name?.toLowerCase() === 'if-match') === true;
  const repeatable = (method === 'post' || method === 'patch') && !('public' in access);
  const description = [operation.description, who(access)].filter((part) => part !== undefined).join('\n\n');
  const parameters = operation.parameters ?? [];
  return {
    ...operation,
    description,
    security: security(access),
    ...('needs' in access && { 'x-permission': access.needs, 'x-scope': access.of }),
    ...('stepUp' in access && access.stepUp && { 'x-step-up': true }),
    parameters: repeatable ? [...parameters, { $ref: '#/components/parameters/IdempotencyKey' }] : parameters,
    responses: {
      ...Object.fromEntries(Object.entries(operation.responses).map(([code, answer]) => [code, withHeaders(answer)])),
      ...problems(statuses({ method, path, conditional, open: 'public' in access })),
    },
  };
}

function who(access: Access): string {
  if ('public' in access) return `Needs no credentials: ${access.public}.`;
  if ('self' in access) return `For people who are signed in, about what is their own.${stepUp(access.stepUp)}`;
  if ('link' in access) return `With a link of the kind ${access.link.map((kind) => `\`${kind}\``).join(' or ')}.`;
  return `Needs the permission \`${access.needs}\` (${lower(PERMISSIONS[access.needs])}). ${SCOPES[access.of]}${stepUp(access.stepUp)}`;
}

const SCOPES = {
  operator: "For the operator's side alone.",
  path: "A customer's side reaches its own customer alone.",
  query: "A customer's side gets what is its own, whatever it asks for.",
  object: "A customer's side reaches what is its own; all else is not there.",
} as const;

function stepUp(needed: true | undefined): string {
  return needed === true ? ' A person confirms with password or passkey shortly before.' : '';
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function security(access: Access): Record<string, string[]>[] {
  if ('public' in access) return [];
  if ('self' in access) return [{ session: [] }];
  if ('link' in access) return [{ link: [] }];
  return [{ key: [] }, { session: [] }];
}

function statuses(about: { method: string; path: string; conditional: boolean; open: boolean }): ProblemStatus[] {
  const { method, path, conditional, open } = about;
  const changes = method !== 'get';
  return [
    400,
    ...(open ? [] : ([401, 403] as const)),
    ...(path.includes('{') || changes ? ([404] as const) : []),
    ...(changes ? ([409] as const) : []),
    ...(conditional ? ([412, 428] as const) : []),
    ...(changes ? ([413, 415, 422] as const) : []),
    429,
    500,
    503,
  ];
}

function problems(all: ProblemStatus[]): Record<string, ResponseObject> {
  return Object.fromEntries(all.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]));
}

function withHeaders(answer: ResponseObject): ResponseObject {
  return {
    ...answer,
    description: answer.description === 'Default Response' ? 'Done.' : (answer.description ?? 'Done.'),
    headers: { ...answer.headers, ...COMMON_HEADERS },
  };
}

const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
const COMMON_HEADERS = {
  RateLimit: header('RateLimit'),
  'RateLimit-Policy': header('RateLimitPolicy'),
  'X-Request-Id': header('RequestId'),
};

function components(url: string): Record<string, Record<string, unknown>> {
  const { $schema: _dialect, ...problem } = z.toJSONSchema(problemSchema);
  return {
    schemas: { Problem: problem },
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'An API key, `emk_…`, with its scopes and its customer.' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: url.startsWith('https:') ? '__Host-easymail-session' : 'easymail-session',
        description: 'The session of a person who has signed in.',
      },
      link: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: '`Link` and the token of a link that the operator has sent.',
      },
    },
    parameters: {
      IdempotencyKey: {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description:
          'A word of your own, 1 to 200 visible characters. Asked again with it within a day, the same request is not carried out twice: it gets the first answer.',
        schema: { type: 'string', minLength: 1, maxLength: 200 },
      },
    },
    headers: {
      RateLimit: textHeader('Requests left, and seconds until all are there again.', '"caller";r=1180;t=1'),
      RateLimitPolicy: textHeader('Requests within so many seconds.', '"caller";q=1200;w=60'),
      RequestId: textHeader('By this the log of the relay knows the request.', 'b1946ac92492d2347c6235b4'),
      RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
    },
    responses: Object.fromEntries(
      Object.entries(TITLES).map(([status, title]) => [`Problem${status}`, problemResponse(Number(status), title)]),
    ),
  };
}

function textHeader(description: string, example: string) {
  return { description, schema: { type: 'string', examples: [example] } };
}

function problemResponse(status: number, title: string): ResponseObject {
  return {
    description: `${title}.`,
    headers: { ...COMMON_HEADERS, ...(status === 429 && { 'Retry-After': header('RetryAfter') }) },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
