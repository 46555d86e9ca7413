// HTML as people read it: its text, where its links lead and what they show, whether it has scripts. One pass, never
// throwing; not a renderer.

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
const LONGEST_TAG = 20_000;
const LONGEST_LINK_TEXT = 500;

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
export function readHtml(html: string): ReadHtml {
  return new HtmlReader(html).read();
}

class HtmlReader {
  readonly #html: string;
  /** For finding closing tags whatever their case. */
  readonly #lower: string;
  readonly #text: string[] = [];
  readonly #links: HtmlLink[] = [];
  #hasScript = false;
  #open: { target: string; from: number } | undefined;

  constructor(html: string) {
    this.#html = html;
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
    if (html.startsWith('<!--', at)) return after(html, '-->', at + 4);
    const found = /^<(\/?)([a-z][^\s/>]{0,30})/i.exec(html.slice(at, at + 40));
    if (found === null) {
      if (/^<[!?/]/.test(html.slice(at, at + 2))) return after(html, '>', at + 2);
      this.#text.push('<');
      return at + 1;
    }
    const [start, closing, given = ''] = found;
    const name = given.toLowerCase();
    const end = tagEnd(html, at + start.length);
    if (closing === '/') this.#closed(name);
    else this.#opened(name, html.slice(at + start.length, Math.min(end, at + LONGEST_TAG)));
    if (closing === '' && RAW.has(name)) return this.#skipRaw(name, end);
    return end;
  }

  #opened(name: string, attributes: string): void {
    if (name === 'script') this.#hasScript = true;
    if (
      /[\s/"']on[a-z]{3,20}\s*=/i.test(attributes) ||
      /=\s{0,9}["']?\s{0,9}(?:javascript|vbscript)\s{0,9}:/i.test(attributes)
    )
      this.#hasScript = true;
    if (!INLINE.has(name)) this.#text.push('\n');
    const which = TARGETS[name];
    const target =
      name === 'meta' ? refreshTarget(attributes) : which === undefined ? undefined : attribute(attributes, which);
    if (target === undefined || this.#links.length >= MOST_LINKS) return;
    if (name !== 'a') {
      this.#links.push({ target, text: '' });
      return;
    }
    this.#closeLink();
    this.#open = { target, from: this.#text.length };
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
    if (name === 'title' && end > from) this.#text.push(decodeEntities(this.#html.slice(from, end)), '\n');
    return end < 0 ? this.#html.length : end;
  }
}

/** Behind the ">" that closes a tag: one in quotes does not. */
function tagEnd(html: string, from: number): number {
  let quote = '';
  const last = Math.min(html.length, from + LONGEST_TAG);
  for (let at = from; at < last; at++) {
    const sign = html[at] ?? '';
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (sign === '>') return at + 1;
    else if ((sign === '"' || sign === "'") && html[at - 1] === '=') quote = sign;
  }
  return after(html, '>', from);
}

function after(html: string, what: string, from: number): number {
  const found = html.indexOf(what, from);
  return found < 0 ? html.length : found + what.length;
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|[\\s"'/])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(attributes);
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? undefined : decodeEntities(value).trim();
}

function refreshTarget(attributes: string): string | undefined {
  if (!/http-equiv\s*=\s*["']?refresh/i.test(attributes)) return undefined;
  return /url\s*=\s*(.+)$/is.exec(attribute(attributes, 'content') ?? '')?.[1]?.replace(/^["']|["']$/g, '');
}
