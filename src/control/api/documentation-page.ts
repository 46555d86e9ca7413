// The page of the API's documentation: plain HTML from the OpenAPI document, by noun; no scripts, nothing from elsewhere.

import { type Html, html, htmlPage, joined } from './html.ts';
import type { JsonSchema, OpenApiDocument, OperationObject, ParameterObject } from './openapi.ts';
import { exampleOf, fieldsOf } from './schema-fields.ts';

interface Listed {
  method: string;
  path: string;
  operation: OperationObject;
}

/** The whole page. */
export function documentationPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Listed => ({ method: method.toUpperCase(), path, operation })),
  );
  const nouns = (document.tags ?? []).map(({ name }) => name).sort();
  const of = (noun: string) => operations.filter(({ operation }) => operation.tags?.[0] === noun);
  return htmlPage(
    `${document.info.title} API`,
    html`<a class="skip" href="#main">Skip to the operations</a>
<header>
<h1>${document.info.title} API</h1>
<p>Version ${document.info.version} · ${operations.length} operations · <a href="/api/v1/openapi.json">OpenAPI 3.1 document</a></p>
${introduction(document)}
</header>
<div class="columns">
<nav aria-label="Nouns"><h2>Nouns</h2><ul>${joined(nouns.map((noun) => html`<li><a href="#${anchor(noun)}">${noun}</a> <span class="count">${of(noun).length}</span></li>`))}</ul></nav>
<main id="main">${joined(nouns.map((noun) => section(noun, of(noun), document)))}</main>
</div>`,
  );
}

function introduction({ info, servers }: OpenApiDocument): Html {
  const sentences = (info.description ?? '').split(/(?<=\.) (?=[A-Z])/);
  return html`<details open><summary>How it is called</summary>
<p>Base address: <code>${servers?.[0]?.url ?? ''}</code></p>
<ul>${joined(sentences.map((sentence) => html`<li>${prose(sentence)}</li>`))}</ul>
</details>`;
}

function section(noun: string, operations: Listed[], document: OpenApiDocument): Html {
  return html`<section aria-labelledby="${anchor(noun)}">
<h2 id="${anchor(noun)}">${noun}</h2>
${joined(operations.map((listed) => describe(listed, document)))}
</section>`;
}

function describe({ method, path, operation }: Listed, document: OpenApiDocument): Html {
  const id = operation.operationId;
  const description = (operation.description ?? '').split('\n\n');
  return html`<article id="${id}">
<h3><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></h3>
<p class="summary">${operation.summary ?? ''} <a class="anchor" href="#${id}" aria-label="Link to ${id}">${id}</a></p>
${joined(description.filter((part) => part !== '').map((part) => html`<p>${prose(part)}</p>`))}
${parameters(operation.parameters ?? [], document)}
${body(operation)}
${answer(operation)}
<details><summary>Example</summary><pre tabindex="0"><code>${curl({ method, path, operation }, document)}</code></pre></details>
</article>
`;
}

function parameters(all: ParameterObject[], document: OpenApiDocument): Html {
  if (all.length === 0) return html``;
  const rows = all.map((given) => {
    const one = given.$ref === undefined ? given : resolveParameter(given.$ref, document);
    const [field] = fieldsOf({ type: 'object', properties: { value: one.schema ?? {} } });
    return row({
      name: one.name ?? '',
      place: one.in ?? '',
      type: field?.type ?? '',
      needed: one.required === true,
      text: one.description ?? field?.description ?? '',
    });
  });
  return table('Parameters', rows);
}

function resolveParameter(ref: string, { components }: OpenApiDocument): ParameterObject {
  return components?.['parameters']?.[ref.split('/').at(-1) ?? ''] ?? {};
}

function body({ requestBody }: OperationObject): Html {
  const [content] = Object.entries(requestBody?.content ?? {});
  if (content === undefined) return html``;
  const [type, { schema }] = content;
  return fieldTable(`Body (${type})`, schema);
}

function answer({ responses }: OperationObject): Html {
  const found = Object.entries(responses).find(([code]) => code.startsWith('2'));
  const [content] = Object.entries(found?.[1].content ?? {});
  if (found === undefined || content === undefined) return html``;
  const others = Object.keys(responses).filter((code) => !code.startsWith('2'));
  return html`<details><summary>Answer ${found[0]} (${content[0]})</summary>${fieldTable('Fields', content[1].schema)}
<p>Problems: ${others.join(', ')}.</p></details>`;
}

function fieldTable(title: string, schema: JsonSchema): Html {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return html`<p>${title}: ${schema.description ?? schema.type?.toString() ?? ''}</p>`;
  return table(
    title,
    fields.map(({ name, type, needed, description }) => row({ name, type, needed, text: description })),
  );
}

function table(title: string, rows: Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><caption>${title}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div>`;
}

function row(field: { name: string; place?: string; type: string; needed: boolean; text: string }): Html {
  const { name, place, type, needed, text } = field;
  const where = place === undefined || place === 'query' ? '' : `, in the ${place}`;
  return html`<tr><th scope="row"><code>${name}</code>${needed ? html` <span class="needed">needed</span>` : html``}</th><td>${type}${where}</td><td>${prose(text)}</td></tr>
`;
}

/** A call that can be pasted into a shell. */
function curl({ method, path, operation }: Listed, document: OpenApiDocument): string {
  const parameters = (operation.parameters ?? []).filter(({ $ref }) => $ref === undefined);
  let url = path;
  for (const { name = '', in: place, schema } of parameters) {
    if (place === 'path') url = url.replace(`{${name}}`, String(exampleOf(schema ?? {}, name)));
  }
  const lines = [`curl -X ${method} ${document.servers?.[0]?.url ?? ''}${url}`];
  lines.push(...credentials(operation));
  if (parameters.some(({ name }) => name?.toLowerCase() === 'if-match')) lines.push(`-H 'If-Match: "1"'`);
  const [content] = Object.entries(operation.requestBody?.content ?? {});
  if (content !== undefined) {
    const [type, { schema }] = content;
    lines.push(`-H 'Content-Type: ${type}'`);
    const example = JSON.stringify(exampleOf(schema, ''), undefined, 2).replaceAll("'", "'\\''");
    lines.push(type === 'application/json' ? `-d '${example}'` : '--data-binary @FILE');
  }
  return lines.join(' \\\n  ');
}

function credentials({ security }: OperationObject): string[] {
  const kinds = (security ?? []).flatMap((one) => Object.keys(one));
  if (kinds.includes('key')) return [`-H "Authorization: Bearer $EASYMAIL_KEY"`];
  if (kinds.includes('link')) return [`-H "Authorization: Link $LINK_TOKEN"`];
  return kinds.includes('session') ? ['-b cookies.txt'] : [];
}

/** Text with `code` in it. */
function prose(text: string): Html {
  const parts = text.split(/`([^`]+)`/);
  return joined(parts.map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`)));
}

function anchor(noun: string): string {
  return `noun-${noun.replaceAll(' ', '-')}`;
}
