// RFC 2045 5.1: the value of Content-Type, as far as the structure of a message depends on it.

export interface ContentType {
  /** Lower case, such as `multipart/mixed`. */
  type: string;
  /** RFC 2046 5.1.1; without the quotes. */
  boundary?: string;
}

const TYPE = /^[!#$%&'*+.^_`{|}~\w-]+\/[!#$%&'*+.^_`{|}~\w-]+$/;
/** A parameter: its name, then a quoted string or whatever stands up to the next semicolon. */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;
/** RFC 2231 3: a value in sections. More than these make no boundary of 70 characters. */
const MOST_SECTIONS = 10;

/** Reads the value (unfolded). `undefined` where it names no type: RFC 2045 5.2 then says `text/plain`. */
export function parseContentType(value: string): ContentType | undefined {
  const bare = withoutComments(value);
  const semicolon = bare.indexOf(';');
  const type = (semicolon === -1 ? bare : bare.slice(0, semicolon)).trim().toLowerCase();
  if (!TYPE.test(type)) return undefined;
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of bare.slice(type.length).matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? plain.trim());
  }
  const boundary = (parameters.get('boundary') ?? sections(parameters))?.trimEnd();
  return boundary === undefined || boundary === '' ? { type } : { type, boundary };
}

/** RFC 2231 3: `boundary*0`, `boundary*1` and so on. A boundary has no characters that would need encoding. */
function sections(parameters: ReadonlyMap<string, string>): string | undefined {
  let whole: string | undefined;
  for (let i = 0; i < MOST_SECTIONS; i++) {
    const section = parameters.get(`boundary*${i}`);
    if (section === undefined) break;
    whole = (whole ?? '') + section;
  }
  return whole;
}

/** RFC 5322 3.2.2: comments nest, and are none inside quotes. */
export function withoutComments(value: string): string {
  if (!value.includes('(')) return value;
  let bare = '';
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const character = value.charAt(i);
    if (character === '\\') {
      if (depth === 0) bare += value.slice(i, i + 2);
      i++;
    } else if (depth === 0 && character === '"') {
      quoted = !quoted;
      bare += character;
    } else if (!quoted && character === '(') depth++;
    else if (!quoted && character === ')' && depth > 0) depth--;
    else if (depth === 0) bare += character;
  }
  return bare;
}
