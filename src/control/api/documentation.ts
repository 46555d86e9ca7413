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

/** Adds the routes. What they show is made at the first question, once all operations are there. */
export function addDocumentation(api: ApiServer, url: string): void {
  const access = new Map<string, Access>();
  let made: { document: OpenApiDocument; page: string } | undefined;
  const make = () => {
    const raw = api.swagger() as unknown as OpenApiDocument;
    const document = completeDocument(raw, { url, accessOf: (id) => access.get(id) });
    return { document, page: documentationPage(document) };
  };
  const documentation = () => (made ??= make());
  api.addHook('onRoute', ({ schema, config }) => {
    if (schema?.operationId !== undefined && config?.access !== undefined)
      access.set(schema.operationId, config.access);
  });
  const route = { schema: { hide: true }, config: { access: { public: REASON } } };
  api.get('/api/v1/openapi.json', route, () => documentation().document);
  api.get('/api/docs', route, (_request, reply) =>
    reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(documentation().page),
  );
  api.get('/api/docs/style.css', route, (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
}
