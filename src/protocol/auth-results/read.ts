// RFC 8601 2.2: the value of Authentication-Results (and of ARC-Authentication-Results behind its instance), read as
// strangers wrote it.

/** One method's result. */
export interface MethodResult {
  /** Lower case, such as `dmarc`. */
  method: string;
  /** Lower case, such as `pass`. */
  result: string;
  /** `ptype.property` in lower case, with its value; of equal names the first. */
  properties: ReadonlyMap<string, string>;
}

export interface AuthenticationResults {
  /** Whose results these are, as written. */
  id: string;
  results: MethodResult[];
}

interface Word {
  kind: 'text' | 'quoted' | 'mark';
  text: string;
}

/** More is not read: nobody writes as much. */
const MOST_WORDS = 2000;
const TEXT = /[^\s();="]+/y;

/** Reads a value. `undefined` where it is none, or cannot be read for certain. */
export function readAuthenticationResults(value: string): AuthenticationResults | undefined {
  const words = tokenize(value);
  const first = words?.[0];
  if (words === undefined || first === undefined || first.kind === 'mark') return undefined;
  const clauses: Word[][] = [[]];
  for (const word of words.slice(1)) {
    if (word.kind === 'mark' && word.text === ';') clauses.push([]);
    else clauses.at(-1)?.push(word);
  }
  // Between the name and the first semicolon a version may stand, and nothing else.
  const [version = [], ...rest] = clauses;
  if (version.length > 1 || version.some(({ text }) => !/^\d+$/.test(text))) return undefined;
  return { id: first.text, results: rest.flatMap(readClause) };
}

/** `method = result (reason = value | ptype.property = value)*`; what is no such clause is passed over. */
function readClause(given: readonly Word[]): MethodResult[] {
  const words = joined(given);
  const [method, equals, result] = words;
  if (method?.kind !== 'text' || equals?.text !== '=' || result?.kind !== 'text') return [];
  const properties = new Map<string, string>();
  for (let at = 3; at + 2 < words.length; at++) {
    const [name, mark, value] = words.slice(at, at + 3);
    if (name?.kind !== 'text' || mark?.kind !== 'mark' || mark.text !== '=' || value === undefined) continue;
    const key = name.text.toLowerCase();
    if (value.kind !== 'mark' && !properties.has(key)) properties.set(key, value.text);
    at += 2;
  }
  // RFC 8601 2.2: a version may follow the method.
  const [bare = ''] = method.text.toLowerCase().split('/');
  return [{ method: bare, result: result.text.toLowerCase(), properties }];
}

/** RFC 8601 2.2: white space and comments may stand around the slash of a version and the dot of a property. */
function joined(words: readonly Word[]): Word[] {
  const isMark = (word: Word | undefined) => word?.text === '/' || word?.text === '.';
  const result: Word[] = [];
  for (const [index, word] of words.entries()) {
    const before = result.at(-1);
    const joins = isMark(word) || isMark(words[index - 1]);
    if (joins && before?.kind === 'text' && word.kind === 'text') before.text += word.text;
    else result.push({ ...word });
  }
  return result;
}

/** Words, comments and white space left out. */
function tokenize(value: string): Word[] | undefined {
  const words: Word[] = [];
  let at = 0;
  while (at < value.length) {
    if (words.length > MOST_WORDS) return undefined;
    const char = value[at] ?? '';
    if (char === '(') {
      at = commentEnd(value, at);
      if (at < 0) return undefined;
    } else if (char === '"') {
      const end = quotedEnd(value, at);
      if (end < 0) return undefined;
      words.push({ kind: 'quoted', text: value.slice(at + 1, end - 1).replaceAll(/\\(.)/gs, '$1') });
      at = end;
    } else if (char === ';' || char === '=') {
      words.push({ kind: 'mark', text: char });
      at++;
    } else {
      TEXT.lastIndex = at;
      const text = TEXT.exec(value)?.[0];
      if (text !== undefined) words.push({ kind: 'text', text });
      // What is neither is white space, or a closing bracket too many.
      if (text === undefined && !/\s/.test(char)) return undefined;
      at += text?.length ?? 1;
    }
  }
  return words;
}

/** Past the closing mark, -1 where there is none. RFC 5322 3.2.2: comments nest. */
function commentEnd(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    const char = value[at];
    if (char === '\\') at++;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at + 1;
  }
  return -1;
}

function quotedEnd(value: string, start: number): number {
  for (let at = start + 1; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === '"') return at + 1;
  }
  return -1;
}
