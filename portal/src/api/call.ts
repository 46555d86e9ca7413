// One call of the API. Where the session has ended, or a fresh proof is asked for, the person is asked and the call is
// made again: what was typed is not lost.

import { type Operations, ROUTES } from './operations.ts';
import { ApiProblem, problemOf } from './problem.ts';

export type OperationId = keyof Operations;
export type Answer<Id extends OperationId> = Operations[Id]['answer'];

/** What an operation is given: `path`, `query` and `body` as it has them. */
export type Input<Id extends OperationId> = Operations[Id]['input'] & CallOptions;

interface CallOptions {
  /** The version that is to be changed: ETag of the answer that was read. */
  ifMatch?: string | undefined;
  /** In the name of this link, instead of the session. */
  link?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Of a body that is text. Default `text/plain`. */
  contentType?: string | undefined;
  /** It is carried out though the page is left meanwhile. */
  outlivesPage?: boolean | undefined;
  /** Given on repetition: it is carried out once (docs/api.md). */
  idempotencyKey?: string | undefined;
}

/** Browsers refuse more of a request that outlives its page: 64 KiB of all such together. */
const OUTLIVING_OCTETS = 60_000;

/** Asked where the API wants more than it was given. Each says whether to try again. */
export interface Authority {
  signIn(): Promise<boolean>;
  stepUp(): Promise<boolean>;
  setUpSecondFactor(): void;
}

let authority: Authority | undefined;

/** The one who is asked from now on. */
export function setAuthority(asked: Authority | undefined): void {
  authority = asked;
}

/** Asks whoever was signed in to sign in again; false where nobody was, or nobody does. */
export async function askToSignIn(): Promise<boolean> {
  return (await authority?.signIn()) ?? false;
}

/** Calls an operation. Throws an `ApiProblem`. */
export async function call<Id extends OperationId>(id: Id, input: Input<Id>): Promise<Answer<Id>> {
  return (await callWithTag(id, input)).data;
}

/** As `call`, with the version of what was read: `ifMatch` of the change that follows. */
export async function callWithTag<Id extends OperationId>(
  id: Id,
  input: Input<Id>,
): Promise<{ data: Answer<Id>; tag: string | undefined }> {
  const given = input as unknown as Given;
  for (let tries = 0; ; tries++) {
    const response = await ask(id, given);
    if (response.ok) {
      const data = (await bodyOf(response)) as Answer<Id>;
      return { data, tag: response.headers.get('etag') ?? undefined };
    }
    const problem = await problemOf(response);
    if (tries > 1 || given.link !== undefined || !(await mayTryAgain(problem, id))) throw problem;
  }
}

/** Sign-ins, sign-outs and looks at the session are about being signed in: they are not asked to be. */
const ABOUT_SESSION: readonly OperationId[] = [
  'getSession',
  'signOut',
  'signIn',
  'signInWithPasskey',
  'giveSecondFactor',
  'stepUp',
];

async function mayTryAgain(problem: ApiProblem, id: OperationId): Promise<boolean> {
  if (authority === undefined || ABOUT_SESSION.includes(id)) return false;
  if (problem.status === 401) return authority.signIn();
  if (problem.needsStepUp) return authority.stepUp();
  if (problem.needsSecondFactor) authority.setUpSecondFactor();
  return false;
}

interface Given extends CallOptions {
  path?: Readonly<Record<string, string>> | undefined;
  query?: Readonly<Record<string, unknown>> | undefined;
  body?: unknown;
}

/** The address of an operation, for links to what it answers. */
export function addressOf(id: OperationId, { path, query }: Pick<Given, 'path' | 'query'> = {}): string {
  const route = ROUTES[id].slice(ROUTES[id].indexOf(' ') + 1);
  const filled = route.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(path?.[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

async function ask(id: OperationId, given: Given): Promise<Response> {
  const { body, ifMatch, link, signal, idempotencyKey, contentType = 'text/plain' } = given;
  const isText = typeof body === 'string';
  const content = isText ? body : JSON.stringify(body);
  const keepalive = given.outlivesPage === true && new Blob([content ?? '']).size <= OUTLIVING_OCTETS;
  const headers = {
    ...(body !== undefined && { 'content-type': isText ? contentType : 'application/json' }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(link !== undefined && { authorization: `Link ${link}` }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  };
  try {
    return await fetch(addressOf(id, given), {
      method: ROUTES[id].slice(0, ROUTES[id].indexOf(' ')),
      headers,
      credentials: link === undefined ? 'same-origin' : 'omit',
      cache: 'no-store',
      keepalive,
      ...(content !== undefined && { body: content }),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem({ status: 0, detail: '' });
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const type = response.headers.get('content-type') ?? '';
  // Lines of JSON (application/jsonl) are a text.
  return /\bjson\b/.test(type) ? response.json() : response.text();
}
