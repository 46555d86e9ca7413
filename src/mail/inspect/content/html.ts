// HTML as people read it: its text, where its links lead and what they show, whether it has scripts. One pass, never
// throwing; not a renderer.

import { tableOf } from '../../../protocol/mime/walk/octet-runs.ts';
import { decodeEntities } from './entities.ts';

export interface ReadHtml {
  text: string;
  links: readonly HtmlLink[];
  hasScript: boolean;
}

export interface HtmlLink {
  target: string;
  /** Text of the link; empty where it has none. */
  text: string;
}

const MOST_LINKS = 2000;
const LONGEST_LINK_TEXT = 500;
/** Pages in pages. */
const DEEPEST = 3;

/** Their content is no text. */
const RAW = new Set(['script', 'style', 'xmp', 'noembed', 'noframes', 'template', 'title']);
/** Nothing joins words across these. */
const INLINE = new Set([
  'a',
  'b',
  'i',
  'u',
  'em',
  'strong',
  'span',
  'font',
  'small',
  'big',
  'sub',
  'sup',
  'tt',
  'code',
  'wbr',
  'o:p',
  'ins',
  'del',
  'label',
  'abbr',
  'mark',
]);
const TARGETS: Readonly<Record<string, string>> = {
  a: 'href',
  area: 'href',
  form: 'action',
  iframe: 'src',
  base: 'href',
  link: 'href',
};

/** Reads a document or a piece of one. */
export function readHtml(html: string, depth = 0): ReadHtml {
  return new HtmlReader(html, depth).read();
}

class HtmlReader {
  readonly #html: string;
  readonly #depth: number;
  /** For finding closing tags whatever their case. */
  readonly #lower: string;
  readonly #text: string[] = [];
  readonly #links: HtmlLink[] = [];
  #hasScript = false;
  /** Behind the next `-->` and `--!>`: looked for once, not for each comment. */
  #plainEnd = 0;
  #oddEnd = 0;
  #open: { target: string; from: number } | undefined;

  constructor(html: string, depth: number) {
    this.#html = html;
    this.#depth = depth;
    this.#lower = html.toLowerCase();
  }

  read(): ReadHtml {
    const html = this.#html;
    let at = 0;
    while (at < html.length) {
      const tag = html.indexOf('<', at);
      this.#text.push(decodeEntities(html.slice(at, tag < 0 ? html.length : tag)));
      if (tag < 0) break;
      at = this.#tag(tag);
    }
    this.#closeLink();
    const text = this.#text.join('').replace(/[ \t\u00a0]+/g, ' ');
    return { text, links: this.#links, hasScript: this.#hasScript };
  }

  /** Reads what begins with "<"; where the text goes on. */
  #tag(at: number): number {
    const html = this.#html;
    if (html.startsWith('<!--', at)) return this.#comment(at);
    const found = /^<(\/?)([a-z][^\s/>]{0,30})/i.exec(html.slice(at, at + 40));
    if (found === null) {
      if (/^<[!?/]/.test(html.slice(at, at + 2))) return after(html, '>', at + 2);
      this.#text.push('<');
      return at + 1;
    }
    const [start, closing, given = ''] = found;
    const name = given.toLowerCase();
    const { end, values } = readTag(html, at + start.length);
    if (closing === '/') this.#closed(name);
    else this.#opened(name, values);
    if (closing === '' && RAW.has(name)) return this.#skipRaw(name, end);
    return end;
  }

  /** HTML 13.2.5.43 to 13.2.5.52: `<!-->` is a whole comment, and `--!>` ends one too. */
  #comment(at: number): number {
    if (this.#oddEnd < at + 8) this.#oddEnd = after(this.#html, '--!>', at + 4);
    if (this.#plainEnd < at + 5) this.#plainEnd = after(this.#html, '-->', at + 2);
    return Math.min(this.#plainEnd, this.#oddEnd);
  }

  #opened(name: string, values: TagValues): void {
    if (name === 'script' || name.endsWith(':script') || values.runs) this.#hasScript = true;
    if (!INLINE.has(name)) this.#text.push('\n');
    for (const value of values.pages ?? []) this.#page(value, name);
    const which = TARGETS[name];
    const target =
      name === 'meta' ? refreshTarget(values) : which === undefined ? undefined : plain(values.named?.get(which));
    if (target === undefined) return;
    if (name === 'meta') this.#page(target, name);
    if (this.#links.length >= MOST_LINKS) return;
    if (name !== 'a') {
      this.#links.push({ target, text: '' });
      return;
    }
    this.#closeLink();
    this.#open = { target, from: this.#text.length };
  }

  /** A page within an attribute, as text or behind `data:`. Of a picture no script is run. */
  #page(value: string, element: string): void {
    if (this.#hasScript || this.#depth >= DEEPEST || element === 'img') return;
    const inner = pageIn(value);
    if (inner !== undefined && readHtml(inner, this.#depth + 1).hasScript) this.#hasScript = true;
  }

  #closed(name: string): void {
    if (name === 'a') this.#closeLink();
    if (!INLINE.has(name)) this.#text.push('\n');
  }

  #closeLink(): void {
    if (this.#open === undefined) return;
    const { target, from } = this.#open;
    const pieces = this.#text.slice(from, from + 100).join('');
    this.#links.push({ target, text: pieces.replace(/\s+/g, ' ').trim().slice(0, LONGEST_LINK_TEXT) });
    this.#open = undefined;
  }

  #skipRaw(name: string, from: number): number {
    const end = this.#lower.indexOf(`</${name}`, from);
    // Drawings have elements of these names whose content is read, and templates are filled in.
    if (RUNS_INSIDE.test(this.#html.slice(from, end < 0 ? undefined : end))) this.#hasScript = true;
    if (name === 'title' && end > from) this.#text.push(decodeEntities(this.#html.slice(from, end)), '\n');
    return end < 0 ? this.#html.length : end;
  }
}

/** What is run in text that is read as elements after all. */
const RUNS_INSIDE = /<(?:\w{1,20}:)?script[\s/>]|<[a-z][^<>]{0,500}[\s/"']on[a-z]{3,20}\s{0,9}=/i;

function after(html: string, what: string, from: number): number {
  const found = html.indexOf(what, from);
  return found < 0 ? html.length : found + what.length;
}

/** Of one tag, what is asked for. */
interface TagValues {
  /** By lower-case name, the first of each; those that are looked at. */
  named: Map<string, string> | undefined;
  /** An attribute that is run: of an event, or a link to a script. */
  runs: boolean;
  /** Values that are pages of their own. */
  pages: string[] | undefined;
}

const LOOKED_AT = new Set(['href', 'action', 'src', 'http-equiv', 'content']);
/** Letters, in lower case, that such names and those of events begin with. */
const NAMES_BEGIN = tableOf('hasco');
/** Signs that a link to a script, or to a page of its own, may begin with. */
const RUNS_BEGIN = tableOf('jvd&JVD');
const ENDS_NAME = tableOf(' \t\r\n\f=/>');
const ENDS_VALUE = tableOf(' \t\r\n\f>');
const MOST_PAGES = 10;
const LONGEST_NAME = 40;
const [SLASH, EQUALS, MORE, QUOTE, APOSTROPHE] = [0x2f, 0x3d, 0x3e, 0x22, 0x27];

/** Attributes from there on, as browsers take them apart (HTML 13.2.5.32 to 13.2.5.39), and where the tag ends. */
function readTag(html: string, from: number): { end: number; values: TagValues } {
  const values: TagValues = { named: undefined, runs: false, pages: undefined };
  let at = from;
  while (at < html.length) {
    const sign = html.charCodeAt(at);
    if (sign === MORE) return { end: at + 1, values };
    if (sign === SLASH || isSpace(sign)) {
      at++;
      continue;
    }
    const name = at;
    const nameEnd = wordEnd(html, at + 1, ENDS_NAME);
    at = pastSpace(html, nameEnd);
    if (html.charCodeAt(at) !== EQUALS) continue;
    at = pastSpace(html, at + 1);
    const quote = html.charCodeAt(at);
    const isQuoted = quote === QUOTE || quote === APOSTROPHE;
    const start = isQuoted ? at + 1 : at;
    const found = isQuoted ? html.indexOf(quote === QUOTE ? '"' : "'", start) : wordEnd(html, start, ENDS_VALUE);
    const end = found < 0 ? html.length : found;
    at = isQuoted ? end + 1 : end;
    const mayMatter = NAMES_BEGIN[html.charCodeAt(name) | 0x20] === 1 || mayRun(html, start);
    if (mayMatter && end > start)
      takeValue(values, html.slice(name, Math.min(nameEnd, name + LONGEST_NAME)), html.slice(start, end));
  }
  return { end: html.length, values };
}

function takeValue(values: TagValues, spelled: string, value: string): void {
  const name = spelled.toLowerCase();
  if (LOOKED_AT.has(name) && values.named?.has(name) !== true) {
    values.named ??= new Map();
    values.named.set(name, value);
  }
  if (name.startsWith('on')) values.runs ||= /^on[a-z]{3,30}$/.test(name);
  else if (name === 'srcdoc') addPage(values, decodeEntities(value));
  else if (mayRun(value, 0)) {
    const scheme = schemeOf(value);
    if (/^(?:javascript|vbscript):/i.test(scheme)) values.runs = true;
    else if (/^data:[^;,]*(?:html|xml|svg)/i.test(scheme)) {
      addPage(values, decodeEntities(value).replace(/^[\0-\x20]+/, ''));
    }
  }
}

/** Nobody puts so many into one element who means well. */
function addPage(values: TagValues, page: string): void {
  values.pages ??= [];
  if (values.pages.length >= MOST_PAGES) values.runs = true;
  else values.pages.push(page);
}

/** Whether the first sign that is seen is one that such links begin with. */
function mayRun(html: string, from: number): boolean {
  let at = from;
  while (html.charCodeAt(at) <= 0x20) at++;
  return RUNS_BEGIN[html.charCodeAt(at)] === 1;
}

function isSpace(sign: number): boolean {
  return sign === 0x20 || (sign >= 0x09 && sign <= 0x0d && sign !== 0x0b);
}

function pastSpace(html: string, from: number): number {
  let at = from;
  while (isSpace(html.charCodeAt(at))) at++;
  return at;
}

function wordEnd(html: string, from: number, ends: Uint8Array): number {
  let at = from;
  while (at < html.length && ends[html.charCodeAt(at)] !== 1) at++;
  return at;
}

/** The begin of a link. Browsers leave out white space and control characters there. */
function schemeOf(value: string): string {
  return decodeEntities(value.slice(0, 300).replaceAll(/&(?:Tab|NewLine);?/g, '')).replaceAll(/[\0-\x20]/g, '');
}

/** RFC 2397: the page that a link holds, where it is of a kind that browsers run scripts of; or the text itself. */
function pageIn(value: string): string | undefined {
  const [head, coded] = /^data:([^,]{0,200}),/i.exec(value) ?? [];
  if (head === undefined) return value.includes('<') ? value : undefined;
  if (!/^[^;]*(?:html|xml|svg)/i.test(coded ?? '')) return undefined;
  const data = value.slice(head.length);
  const octets = data.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /;\s*base64\s*$/i.test(coded ?? '') ? Buffer.from(octets, 'base64').toString('latin1') : octets;
}

function plain(value: string | undefined): string | undefined {
  return value === undefined ? undefined : decodeEntities(value).trim();
}

function refreshTarget({ named }: TagValues): string | undefined {
  if (!/^\s*refresh/i.test(named?.get('http-equiv') ?? '')) return undefined;
  return /url\s*=\s*(.+)$/is.exec(plain(named?.get('content')) ?? '')?.[1]?.replace(/^["']|["']$/g, '');
}
