// A JSON Schema for people: its fields in a list, and an example of it.

import type { JsonSchema } from './openapi.ts';

/** One field; those of objects inside have dotted names, those of lists `[]`. */
export interface SchemaField {
  name: string;
  type: string;
  needed: boolean;
  description: string;
}

const DEEPEST = 4;
const MOST_WORDS = 12;

/** The fields of a schema, in its order. */
export function fieldsOf(schema: JsonSchema, before = '', depth = 0): SchemaField[] {
  const object = objectIn(schema);
  if (object?.properties === undefined || depth > DEEPEST) return [];
  const needed = new Set(object.required ?? []);
  return Object.entries(object.properties).flatMap(([key, property]) => {
    const name = `${before}${key}`;
    const one = { name, type: typeOf(property), needed: needed.has(key), description: describe(property) };
    const inside = isList(property) ? fieldsOf(property.items ?? {}, `${name}[].`, depth + 1) : [];
    return [one, ...(inside.length > 0 ? inside : fieldsOf(property, `${name}.`, depth + 1))];
  });
}

/** The object that a schema is, or may be: the fields of alternatives are shown together. */
function objectIn(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties !== undefined) return schema;
  const several = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const objects = several.map(objectIn).filter((one) => one !== undefined);
  if (objects.length === 0) return undefined;
  return {
    properties: Object.assign({}, ...objects.toReversed().map(({ properties }) => properties)) as Record<
      string,
      JsonSchema
    >,
    required: (objects[0]?.required ?? []).filter((key) => objects.every(({ required }) => required?.includes(key))),
  };
}

function isList(schema: JsonSchema): boolean {
  return schema.type === 'array' || (Array.isArray(schema.type) && schema.type.includes('array'));
}

/** The type in words. */
function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) {
    const words = schema.enum.map((word) => JSON.stringify(word));
    return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS).join(', ')}, …` : words.join(', ');
  }
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return [...new Set(several.map(typeOf))].join(' or ');
  if (isList(schema)) return schema.items === undefined ? 'list' : `list of ${typeOf(schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  return TYPE_WORDS[type] ?? type;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'yes/no (boolean)',
  integer: 'whole number',
};

function describe(schema: JsonSchema): string {
  const { description, minimum, maximum, minLength, maxLength } = schema;
  const parts = description === undefined ? [] : [description];
  if (minimum !== undefined && maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER) {
    parts.push(`From ${minimum} to ${maximum}.`);
  }
  if (maxLength !== undefined)
    parts.push(`${minLength === undefined ? 'At most' : `${minLength} to`} ${maxLength} characters.`);
  if (schema.default !== undefined) parts.push(`Default: \`${JSON.stringify(schema.default)}\`.`);
  return parts.join(' ');
}

/** An example that the schema takes, as far as patterns let one guess; what need not be there is left out. */
export function exampleOf(schema: JsonSchema, name: string): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (first !== undefined) return exampleOf(first, name);
  if (schema.properties !== undefined) {
    const needed = (schema.required ?? []).filter((key) => schema.properties?.[key]?.default === undefined);
    return Object.fromEntries(needed.map((key) => [key, exampleOf(schema.properties?.[key] ?? {}, key)]));
  }
  if (isList(schema)) return [exampleOf(schema.items ?? {}, name)];
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') return schema.default ?? schema.minimum ?? 1;
  if (schema.type === 'object') return {};
  return EXAMPLES[name] ?? 'text';
}

/** What fields of these names hold. */
const EXAMPLES: Readonly<Record<string, string>> = {
  customer: 'acme',
  domain: 'acme.example',
  name: 'Acme S.A.',
  address: 'user@example.org',
  email: 'ann@acme.example',
  ip: '192.0.2.10',
  network: '192.0.2.0/28',
  hostname: 'out1.relay.example.lu',
  host: 'mail.acme.example',
  port: '25',
  selector: 'mail2026',
  pool: 'standard',
  id: '0p2k8mzqk3t1c9d4e',
  reason: 'asked for on the telephone',
  url: 'https://hooks.acme.example/easymail',
  from: 'ann@acme.example',
  to: 'bob@example.org',
};
