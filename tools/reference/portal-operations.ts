// The operations of the API as types of the portal, from the OpenAPI document: `portal/src/api/operations.ts`.

import type { JsonSchema, OpenApiDocument, OperationObject, ParameterObject } from '../../src/control/api/openapi.ts';
import { buildOwnerApi } from '../../test/support/owner-api.ts';

const HEAD = `// What the API offers, from its OpenAPI document. Written by "npm run reference"; do not edit.

`;
/** Success without a body. */
const NOTHING = 'undefined';
const TYPED = ['application/json', 'text/event-stream'];

/** The text of the file. */
export async function portalOperations(): Promise<string> {
  const api = await buildOwnerApi({});
  await api.ready();
  const answer = await api.inject({ method: 'GET', url: '/api/v1/openapi.json' });
  await api.close();
  const document = JSON.parse(answer.body) as OpenApiDocument;
  const all = Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    )
    .sort((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1));
  const types = all.map(({ operation }) => operationType(operation, document));
  const routes = all.map(({ operation, method, path }) => `  ${operation.operationId}: '${method} ${path}',\n`);
  return `${HEAD}export interface Operations {\n${types.join('')}}\n\nexport const ROUTES = {\n${routes.join('')}} as const satisfies Record<keyof Operations, string>;\n`;
}

function operationType(operation: OperationObject, document: OpenApiDocument): string {
  const parameters = (operation.parameters ?? []).map((one) => resolved(one, document));
  const of = (place: string) => parameters.filter((one) => one.in === place);
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const query = of('query');
  const isQueryNeeded = query.some(({ required }) => required === true);
  const lines = [
    ...(of('path').length === 0 ? [] : [`      path: ${fields(of('path'), true)};`]),
    ...(query.length === 0 ? [] : [`      query${isQueryNeeded ? '' : '?'}: ${fields(query, false)};`]),
    ...(content === undefined ? [] : [`      body: ${typeOf(content.schema)};`]),
  ];
  const input = lines.length === 0 ? 'Record<never, never>' : `{\n${lines.join('\n')}\n    }`;
  return `  /** ${operation.summary ?? ''} */\n  ${operation.operationId}: {\n    input: ${input};\n    answer: ${answerType(operation)};\n  };\n`;
}

function resolved(one: ParameterObject, { components }: OpenApiDocument): ParameterObject {
  if (one.$ref === undefined) return one;
  return components?.['parameters']?.[one.$ref.split('/').at(-1) ?? ''] ?? {};
}

/** A path is written with text; query values are given as what they mean. */
function fields(parameters: ParameterObject[], inPath: boolean): string {
  const lines = parameters.map(({ name = '', required, schema = {} }) => {
    const type = inPath ? 'string' : typeOf(schema);
    return required === true ? `${key(name)}: ${type}` : `${key(name)}?: ${type} | undefined`;
  });
  return `{ ${lines.join('; ')} }`;
}

/** JSON has a type, and so have the events of a stream; anything else is text. */
function answerType({ responses }: OperationObject): string {
  const found = Object.entries(responses).find(([code]) => code.startsWith('2'));
  const [content] = Object.entries(found?.[1].content ?? {});
  if (content === undefined) return NOTHING;
  return TYPED.includes(content[0]) ? typeOf(content[1].schema) : 'string';
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map(literal));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map(typeOf));
  if (schema.allOf !== undefined) return schema.allOf.map(typeOf).join(' & ');
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type })));
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${schema.items === undefined ? 'unknown' : typeOf(schema.items)})[]`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const own = Object.entries(properties).map(([name, schema]) =>
    required.includes(name) ? `${key(name)}: ${typeOf(schema)}` : `${key(name)}?: ${typeOf(schema)} | undefined`,
  );
  const more = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0;
  const values = more ? typeOf(additionalProperties) : 'unknown';
  if (own.length === 0) return `Readonly<Record<string, ${values}>>`;
  return `{ ${own.join('; ')} }`;
}

const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);
const literal = (value: unknown) => (typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value));
const union = (types: string[]) => [...new Set(types)].join(' | ');
