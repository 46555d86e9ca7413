// What describes the API: the OpenAPI document, and a page that shows it, without anything from elsewhere and without
// scripts.

import { readFileSync } from 'node:fs';
import type { Access } from './access.ts';
import type { ApiServer } from './context.ts';
import { documentationPage } from './documentation-page.ts';
import { completeDocument, type OpenApiDocument } from './openapi.ts';

const STYLE = readFileSync(new URL('./documentation.css', import.meta.url), 'utf8');
const PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const REASON = 'describes the operations, and holds nothing of anybody';

/** Adds the routes; `complete` is called once all operations are there. */
export function addDocumentation(api: ApiServer, url: string): { complete(): void } {
  const access = new Map<string, Access>();
  let document: OpenApiDocument | undefined;
  let page = '';
  api.addHook('onRoute', ({ schema, config }) => {
    if (schema?.operationId !== undefined && config?.access !== undefined)
      access.set(schema.operationId, config.access);
  });
  const route = { schema: { hide: true }, config: { access: { public: REASON } } };
  api.get('/api/v1/openapi.json', route, () => document);
  api.get('/api/docs', route, (_request, reply) =>
    reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(page),
  );
  api.get('/api/docs/style.css', route, (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
  return {
    complete() {
      const raw = api.swagger() as unknown as OpenApiDocument;
      document = completeDocument(raw, { url, accessOf: (id) => access.get(id) });
      page = documentationPage(document);
    },
  };
}
