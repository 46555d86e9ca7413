// What a request may carry: JSON, unless the operation says otherwise; bounded in size and in depth before it is read.

import type { ApiServer } from './context.ts';
import { fault } from './field-faults.ts';
import { problem } from './problem.ts';

/** Nobody need be known for these: they get no more than a form has. */
const PUBLIC_BODY_OCTETS = 32 * 1024;
/** Deeper than anything we take; what walks a deeper one might run out of stack. */
const DEEPEST = 32;
const JSON_TYPE = 'application/json';
/** What a button of a page without scripts sends; taken by operations that say so. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Reads bodies, and refuses what an operation does not take before it is read. */
export function readBodies(api: ApiServer): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, async (_request: unknown, body: string) =>
    parseJson(body),
  );
  for (const type of ['application/toml', 'text/csv']) {
    api.addContentTypeParser(type, { parseAs: 'string' }, async (_request: unknown, body: string) => body);
  }
  // A button without fields sends an empty form: that is no body at all.
  api.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, async (_request: unknown, body: string) =>
    body === '' ? undefined : body,
  );
  api.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access !== undefined && 'public' in access) route.bodyLimit ??= PUBLIC_BODY_OCTETS;
  });
  api.addHook('onRequest', async ({ headers, routeOptions, is404 }) => {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (is404 || type === undefined) return;
    const taken = routeOptions.schema?.consumes ?? [JSON_TYPE];
    if (taken.includes(type)) return;
    const types = taken.join(' or ');
    throw problem('content-type-unknown', { types }, [fault('Content-Type', 'content-type', { types })]);
  });
}

/** Throws a Problem where the text is no JSON, or nested too deeply. Nothing at all is no body. */
function parseJson(text: string): unknown {
  if (text === '') return undefined;
  if (depthOf(text) > DEEPEST)
    throw problem('body-too-deep', { most: DEEPEST }, [fault('body', 'nested', { most: DEEPEST })]);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's words quote the body, which may hold a secret.
    throw problem('body-not-json', {}, [fault('body', 'json')]);
  }
}

/** How deep lists and objects of a JSON text are nested, or a little more where it is none. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
