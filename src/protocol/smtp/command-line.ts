// RFC 5321 4.1.1: a command line taken apart by tokens. Verbs are looked up by who calls, never matched by prefix.

import { type Mailbox, parsePath } from './address.ts';

/** Verb in upper case and what stands behind its space. */
export interface Command {
  verb: string;
  rest: string;
}

const TRAILING_SPACE = /[ \t]+$/;

/** Splits a line (without its CR LF). Trailing white space is forgiven (RFC 5321 4.1.1): space and tab, nothing else. */
export function splitCommand(line: string): Command {
  const trimmed = line.replace(TRAILING_SPACE, '');
  const space = trimmed.indexOf(' ');
  if (space === -1) return { verb: trimmed.toUpperCase(), rest: '' };
  return { verb: trimmed.slice(0, space).toUpperCase(), rest: trimmed.slice(space + 1) };
}

/** An esmtp-param: keyword in upper case, value if there is one. */
export interface Parameter {
  keyword: string;
  value: string | undefined;
}

export type PathCommand =
  | { kind: 'path'; mailbox: Mailbox | undefined; parameters: Parameter[] }
  | { kind: 'bad-syntax' }
  | { kind: 'bad-address' }
  | { kind: 'bad-parameter' };

const NO_PARAMETERS: Parameter[] = [];
// RFC 6531 3.3 widens the values by characters beyond ASCII; who reads a value says whether it may have them.
const PARAMETER = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\x21-\x3c\x3e-\x7e\u0080-\u{10ffff}]+))?$/u;
/** Sanity only: no client needs so many. */
const MAX_PARAMETERS = 16;

/** Reads `FROM:<path> parameters` of MAIL or `TO:<path> parameters` of RCPT (RFC 5321 4.1.1.2, 4.1.1.3). */
export function parsePathCommand(verb: 'mail' | 'rcpt', rest: string): PathCommand {
  const keyword = verb === 'mail' ? 'FROM:' : 'TO:';
  if (rest.slice(0, keyword.length).toUpperCase() !== keyword) return { kind: 'bad-syntax' };
  // A space behind the colon is wrong but common; nothing can be read into it.
  let start = keyword.length;
  while (rest[start] === ' ') start++;
  const path = parsePath(rest, start, verb);
  if (path === undefined) return { kind: 'bad-address' };
  const mailbox = path.kind === 'null' ? undefined : path.mailbox;
  if (path.end === rest.length) return { kind: 'path', mailbox, parameters: NO_PARAMETERS };
  if (rest[path.end] !== ' ') return { kind: 'bad-address' };
  const parameters = parseParameters(rest.slice(path.end + 1));
  return parameters === undefined ? { kind: 'bad-parameter' } : { kind: 'path', mailbox, parameters };
}

function parseParameters(text: string): Parameter[] | undefined {
  const parameters: Parameter[] = [];
  for (const part of text.split(' ')) {
    if (part === '') continue;
    const match = PARAMETER.exec(part);
    const keyword = match?.[1]?.toUpperCase();
    if (keyword === undefined || parameters.length === MAX_PARAMETERS) return undefined;
    if (parameters.some((other) => other.keyword === keyword)) return undefined;
    parameters.push({ keyword, value: match?.[2] });
  }
  return parameters;
}

// A host name as clients really give it: names with underscores and bare words are common, so only what could break a
// Received field (spaces, comments, quotes, control characters) is kept out.
const HELLO = /^[A-Za-z0-9_.:[\]-]{1,255}$/;

/** The argument of EHLO or HELO (RFC 5321 4.1.1.1); `undefined` where it cannot be used. */
export function parseHello(rest: string): string | undefined {
  return HELLO.test(rest) ? rest : undefined;
}

const CHUNK = /^(\d{1,15})(?: +(LAST))?$/i;

/** The arguments of BDAT (RFC 3030 2): octets that follow, and whether they are the last. */
export function parseChunk(rest: string): { octets: number; last: boolean } | undefined {
  const match = CHUNK.exec(rest);
  return match === null ? undefined : { octets: Number(match[1]), last: match[2] !== undefined };
}
