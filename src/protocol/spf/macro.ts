// RFC 7208 7: macro strings, read once into parts, and expanded for one message.

/** A piece of a macro string. */
export type MacroPart =
  | { kind: 'text'; text: string }
  | {
      kind: 'macro';
      letter: MacroLetter;
      /** Upper case: what it stands for is escaped as in a URI (RFC 7208 7.3). */
      escaped: boolean;
      /** Parts kept from the right; absent: all. */
      keep?: number;
      reversed: boolean;
      /** Characters to split at. */
      delimiters: string;
    };

export type MacroLetter = 's' | 'l' | 'o' | 'd' | 'i' | 'p' | 'h' | 'v';

/** What macros stand for (RFC 7208 7.2), those that need no look-up as text. */
export interface MacroValues {
  /** Sender, its local part and its domain. */
  s: string;
  l: string;
  o: string;
  /** The domain whose record is read. */
  d: string;
  /** The address in dotted form. */
  i: string;
  h: string;
  v: string;
}

const LETTERS = 'slodiphv';
/** RFC 7208 7.2: these may stand in an explanation only. */
const EXPLANATION_LETTERS = 'crt';
const MACRO = /^\{([A-Za-z])(\d*)([Rr]?)([-.+,/_=]*)\}/;

/** Reads a macro string; a sentence about its fault where it is none. */
export function parseMacros(text: string): MacroPart[] | { fault: string } {
  const parts: MacroPart[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char !== '%') {
      // RFC 7208 7.1: macro-literal is visible ASCII without the percent sign.
      if (char < '!' || char > '~') return { fault: 'it holds a character beyond visible ASCII' };
      literal += char;
      continue;
    }
    const escape = { '%': '%', _: ' ', '-': '%20' }[text[at + 1] ?? ''];
    if (escape !== undefined) {
      literal += escape;
      at++;
      continue;
    }
    const match = MACRO.exec(text.slice(at + 1));
    if (match === null) return { fault: `"%" at place ${at + 1} begins no macro` };
    const macro = readMacro(match);
    if ('fault' in macro) return macro;
    flush();
    parts.push(macro);
    at += match[0].length;
  }
  flush();
  return parts;
}

function readMacro([whole, letter = '', digits = '', reverse = '', delimiters = '']: RegExpExecArray):
  | MacroPart
  | { fault: string } {
  const lower = letter.toLowerCase();
  if (EXPLANATION_LETTERS.includes(lower)) return { fault: `%${whole} may stand in an explanation only` };
  if (!LETTERS.includes(lower)) return { fault: `%${whole} is no macro` };
  const keep = digits === '' ? undefined : Number(digits);
  if (keep === 0) return { fault: `%${whole} keeps no part` };
  return {
    kind: 'macro',
    letter: lower as MacroLetter,
    escaped: letter !== lower,
    reversed: reverse !== '',
    delimiters: delimiters === '' ? '.' : delimiters,
    ...(keep !== undefined && { keep }),
  };
}

/** RFC 7208 7.1 domain-end: a macro string that ends as a name may: in a top label, or in a macro. */
export function parseDomainSpec(text: string): MacroPart[] | { fault: string } {
  if (text === '') return { fault: 'a domain name is missing' };
  const parts = parseMacros(text);
  if ('fault' in parts) return parts;
  const last = parts.at(-1);
  if (last?.kind === 'macro') return parts;
  // `%%`, `%_` and `%-` are macro-expand too, and may end a name.
  if (/%[%_-]$/.test(text)) return parts;
  const label = /\.([A-Za-z0-9-]+)\.?$/.exec(last?.text ?? '')?.[1];
  if (label === undefined || !isTopLabel(label)) return { fault: `"${text}" does not end in a domain name` };
  return parts;
}

/** RFC 7208 7.1 toplabel: letters, digits and inner hyphens, not digits alone. */
function isTopLabel(label: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(label) && !/^\d+$/.test(label);
}

/** Which macros the parts hold. */
export function macroLetters(parts: readonly MacroPart[]): MacroLetter[] {
  return parts.flatMap((part) => (part.kind === 'macro' ? [part.letter] : []));
}

/** Expands; `validated` finds what `%{p}` stands for, and is asked only where it is there. */
export async function expandMacros(
  parts: readonly MacroPart[],
  values: MacroValues,
  validated: () => Promise<string>,
): Promise<string> {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') text += part.text;
    else text += transform(part, part.letter === 'p' ? await validated() : values[part.letter]);
  }
  return text;
}

function transform(part: Extract<MacroPart, { kind: 'macro' }>, value: string): string {
  const pieces: string[] = [''];
  for (const char of value) {
    if (part.delimiters.includes(char)) pieces.push('');
    else pieces[pieces.length - 1] += char;
  }
  if (part.reversed) pieces.reverse();
  const kept = part.keep === undefined ? pieces : pieces.slice(-part.keep);
  const text = kept.join('.');
  return part.escaped ? escapeUri(text) : text;
}

/** RFC 3986 2.3: everything but unreserved characters. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const LONGEST_NAME = 253;

/** RFC 7208 7.3: a name that is too long loses labels from the left. Lower case, without the final dot. */
export function fitName(name: string): string {
  let fitted = name.endsWith('.') ? name.slice(0, -1) : name;
  while (fitted.length > LONGEST_NAME) {
    const dot = fitted.indexOf('.');
    if (dot < 0) return '';
    fitted = fitted.slice(dot + 1);
  }
  return fitted.toLowerCase();
}
