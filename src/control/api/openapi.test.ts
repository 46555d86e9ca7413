import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { ApiWorld } from '../../../test/support/api-world.ts';
import { PERMISSIONS } from '../access/permissions.ts';
import { html, joined } from './html.ts';
import type { JsonSchema, OpenApiDocument, OperationObject } from './openapi.ts';
import { exampleOf, fieldsOf } from './schema-fields.ts';

const world = new ApiWorld();
let document: OpenApiDocument;
let operations: { method: string; path: string; operation: OperationObject }[];
before(async () => {
  await world.start();
  document = JSON.parse((await world.ask('GET', '/api/v1/openapi.json')).body) as OpenApiDocument;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
});
after(() => world.end());

// The shape of OpenAPI 3.1.1, sections 4.8.1 to 4.8.30, as far as our document goes.
const ref = z.strictObject({ $ref: z.string().startsWith('#/components/') });
const schema: z.ZodType<object> = z.looseObject({});
const header = z.union([ref, z.strictObject({ description: z.string().optional(), schema })]);
const content = z.record(z.string().regex(/^[a-z]+\/[a-z0-9.+*-]+$/), z.strictObject({ schema }));
const response = z.union([
  ref,
  z.strictObject({
    description: z.string().min(1),
    headers: z.record(z.string(), header).optional(),
    content: content.optional(),
  }),
]);
const parameter = z.union([
  ref,
  z.strictObject({
    name: z.string().min(1),
    in: z.enum(['path', 'query', 'header']),
    required: z.boolean().optional(),
    description: z.string().optional(),
    schema,
  }),
]);
const operation = z.looseObject({
  operationId: z.string().regex(/^[a-z][A-Za-z0-9]+$/),
  summary: z.string().min(3).max(160),
  description: z.string().min(3),
  tags: z.array(z.string()).length(1),
  parameters: z.array(parameter),
  requestBody: z
    .strictObject({ required: z.boolean().optional(), description: z.string().optional(), content })
    .optional(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), response),
  security: z.array(z.record(z.string(), z.array(z.string()))),
});
const shape = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.strictObject({ url: z.url() })),
  tags: z.array(z.strictObject({ name: z.string() })),
  paths: z.record(
    z.string().startsWith('/api/v1/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
  ),
  components: z.record(
    z.enum(['schemas', 'securitySchemes', 'parameters', 'headers', 'responses']),
    z.record(z.string().regex(/^[A-Za-z0-9._-]+$/), z.looseObject({})),
  ),
});

describe('the OpenAPI document', () => {
  test('has the shape of OpenAPI 3.1', () => {
    const result = shape.safeParse(document);
    assert.ok(result.success, z.prettifyError(result.error ?? new z.ZodError([])));
  });

  test('names every operation once, and every reference leads somewhere', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.ok(ids.length > 100);
    assert.equal(new Set(ids).size, ids.length);
    JSON.stringify(document, (key, value: unknown) => {
      if (key !== '$ref') return value;
      const parts = String(value).split('/').slice(1);
      let at: unknown = document;
      for (const part of parts) at = (at as Record<string, unknown>)[part];
      assert.ok(at !== undefined, String(value));
      return value;
    });
  });

  test('says of every parameter of a path what it is, and of no other', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = operation.parameters?.filter((one) => one.in === 'path') ?? [];
      assert.deepEqual(new Set(described.map(({ name }) => name)), new Set(inPath), operation.operationId);
      assert.ok(
        described.every(({ required }) => required),
        operation.operationId,
      );
    }
  });

  test('says who may call, and marks what needs no credentials with the reason', () => {
    for (const { operation } of operations) {
      const { operationId: id, security, description = '', responses } = operation;
      const needs = operation['x-permission'];
      if (needs !== undefined) assert.ok(Object.hasOwn(PERMISSIONS, needs), id);
      for (const kind of (security ?? []).flatMap((one) => Object.keys(one))) {
        assert.ok(document.components?.['securitySchemes']?.[kind], id);
      }
      assert.match(description, /Needs the permission|Needs no credentials: .{10,}|signed in|With a link/, id);
      assert.equal(security?.length === 0, description.includes('Needs no credentials'), id);
      assert.equal('401' in responses, security?.length !== 0, id);
      for (const code of ['400', '429', '500', '503']) assert.ok(code in responses, `${id} ${code}`);
    }
  });

  test('has schemas that mean something: types that there are, patterns that compile', () => {
    const known = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
    const look = (one: JsonSchema, where: string): void => {
      for (const type of [one.type ?? []].flat()) assert.ok(known.has(type), `${where}: ${type}`);
      if (one.pattern !== undefined) assert.doesNotThrow(() => new RegExp(one.pattern ?? '', 'u'), where);
      const isRecord = typeof one.additionalProperties === 'object';
      for (const key of one.required ?? [])
        assert.ok(isRecord || one.properties?.[key] !== undefined, `${where}: ${key}`);
      for (const [key, inside] of Object.entries(one.properties ?? {})) look(inside, `${where}.${key}`);
      for (const inside of [one.items, ...(one.anyOf ?? []), ...(one.oneOf ?? []), ...(one.allOf ?? [])]) {
        if (inside !== undefined) look(inside, where);
      }
    };
    for (const { operation } of operations) {
      for (const { schema: one } of operation.parameters ?? []) look(one ?? {}, operation.operationId);
      for (const { schema: one } of Object.values(operation.requestBody?.content ?? {}))
        look(one, operation.operationId);
      for (const answer of Object.values(operation.responses)) {
        for (const { schema: one } of Object.values(answer.content ?? {})) look(one, operation.operationId);
      }
    }
  });

  test('every list says how its pages go on', () => {
    for (const { operation } of operations) {
      const answer = operation.responses['200']?.content?.['application/json']?.schema;
      if (answer?.properties?.['next'] === undefined) continue;
      const names = (operation.parameters ?? []).map(({ name }) => name);
      assert.ok(names.includes('limit'), operation.operationId);
      assert.ok(names.includes('after') || names.includes('before'), operation.operationId);
    }
  });
});

describe('the page of the documentation', () => {
  test('has every operation, no scripts, and nothing from elsewhere', async () => {
    const { body, headers, type } = await world.ask('GET', '/api/docs');
    assert.match(type, /^text\/html/);
    for (const { operation } of operations) {
      assert.equal(body.split(`<article id="${operation.operationId}">`).length, 2, operation.operationId);
    }
    assert.doesNotMatch(body, /<script|<iframe|<img|<style| style=| on[a-z]+=/i);
    const links = [...body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link);
    assert.ok(
      links.every((link) => link.startsWith('#') || link.startsWith('/api/')),
      links.join(' ').slice(0, 300),
    );
    assert.match(String(headers['content-security-policy']), /default-src 'none'; style-src 'self'/);
    for (const link of new Set(links.filter((one) => one.startsWith('#')))) {
      assert.ok(body.includes(`id="${link.slice(1)}"`), link);
    }
  });

  test('has its style', async () => {
    const { status, type, body } = await world.ask('GET', '/api/docs/style.css');
    assert.deepEqual([status, type], [200, 'text/css; charset=utf-8']);
    assert.doesNotMatch(body, /url\(|@import/);
  });

  test('values are text, whatever is in them', () => {
    assert.equal(
      html`<p title="${'"><script>'}">${"a & 'b'"}</p>${joined([html`<b>${1}</b>`])}`.text,
      '<p title="&quot;&gt;&lt;script&gt;">a &amp; &#39;b&#39;</p><b>1</b>',
    );
  });

  test('schemas are shown as fields, and examples are taken by them', () => {
    const made = z.toJSONSchema(
      z.strictObject({
        a: z.string().max(5),
        list: z.array(z.strictObject({ b: z.number().int().min(2).max(9).default(3) })),
      }),
      { io: 'input' },
    ) as JsonSchema;
    assert.deepEqual(fieldsOf(made), [
      { name: 'a', type: 'text', needed: true, description: 'At most 5 characters.' },
      { name: 'list', type: 'list of object', needed: true, description: '' },
      { name: 'list[].b', type: 'whole number', needed: false, description: 'From 2 to 9. Default: `3`.' },
    ]);
    assert.deepEqual(exampleOf(made, ''), { a: 'text', list: [{}] });
  });
});
