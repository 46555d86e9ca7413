// HTML of strangers as HTML that does nothing. It is not cleaned but written anew: of its elements a few are kept, by
// name and without any attribute; every text is escaped; what is open at the end is closed. So nothing in it can act, load
// or leave its place, whatever a browser makes of what it was before.

/** What was left out, for people. */
export interface LeftOut {
  scripts: number;
  images: number;
  links: number;
  forms: number;
}

export interface SafeHtml {
  html: string;
  /** The same as plain text. */
  text: string;
  leftOut: LeftOut;
  truncated: boolean;
}

/** Elements that are kept. None of them means anything to a browser but how text looks. */
const KEPT: ReadonlySet<string> = new Set(
  'p div span b strong i em u s sub sup small h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code table thead tbody tfoot tr td th caption center br hr'.split(
    ' ',
  ),
);
const EMPTY: ReadonlySet<string> = new Set(['br', 'hr']);
/** Elements whose content is no text of the message. */
const SKIPPED: ReadonlySet<string> = new Set(
  'script style title textarea xmp iframe noembed noframes noscript template svg math object embed applet select plaintext audio video canvas'.split(
    ' ',
  ),
);
const SCRIPTS: ReadonlySet<string> = new Set(['script', 'svg', 'math', 'object', 'embed', 'applet', 'iframe']);
const IMAGES: ReadonlySet<string> = new Set(['img', 'image', 'picture', 'video', 'audio', 'bgsound', 'link', 'input']);
const FORMS: ReadonlySet<string> = new Set(['form', 'button', 'input', 'textarea', 'select']);
/** Elements that begin a line of the plain text. */
const LINES = /^(?:p|div|br|hr|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|pre|table|tr|caption|center)$/;
/** Deeper is nobody's letter. */
const DEEPEST = 64;
const LONGEST_TAG = 4000;

/** Writes the HTML anew; at most `most` characters of text are kept. Takes time in proportion to its length. */
export function safeHtml(source: string, most: number): SafeHtml {
  const writer = new Writer(most);
  let at = 0;
  while (at < source.length && !writer.full) {
    const open = source.indexOf('<', at);
    if (open !== at) writer.text(source.slice(at, open < 0 ? source.length : open));
    if (open < 0) break;
    at = readMarkup(source, open, writer);
  }
  return writer.end();
}

/** Reads what begins with `<`; gives the place behind it. */
function readMarkup(source: string, open: number, writer: Writer): number {
  if (source.startsWith('<!--', open)) return behind(source, '-->', open + 4);
  const next = source.charCodeAt(open + 1);
  if (next === EXCLAMATION || next === QUESTION) return behind(source, '>', open + 2);
  const closing = next === SLASH;
  const name = nameAt(source, open + (closing ? 2 : 1));
  if (name === '') {
    writer.text('<');
    return open + 1;
  }
  const end = endOfTag(source, open);
  if (closing) {
    writer.close(name);
    return end;
  }
  writer.count(name, source.slice(open, Math.min(end, open + LONGEST_TAG)));
  if (!SKIPPED.has(name)) {
    writer.open(name);
    return end;
  }
  // What goes on behind a broken one is text of it too: nothing is shown rather than something that was hidden.
  const close = closingOf(source, name, end);
  return close < 0 ? source.length : endOfTag(source, close);
}

const SLASH = 0x2f;
const EXCLAMATION = 0x21;
const QUESTION = 0x3f;

/** Letters, digits and dashes of a name, in lower case; empty where there is none. */
function nameAt(source: string, at: number): string {
  let end = at;
  while (end < source.length && end - at < 32 && /[A-Za-z0-9-]/.test(source.charAt(end))) end++;
  const name = source.slice(at, end).toLowerCase();
  return /^[a-z]/.test(name) ? name : '';
}

function behind(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
}

/** Behind the `>` that ends the tag: one in quotes does not. */
function endOfTag(source: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '>') return at + 1;
    else if ((char === '"' || char === "'") && source.charAt(at - 1) === '=') quote = char;
  }
  return source.length;
}

function closingOf(source: string, name: string, from: number): number {
  const wanted = `</${name}`;
  for (let at = source.indexOf('</', from); at >= 0; at = source.indexOf('</', at + 2)) {
    if (source.slice(at, at + wanted.length).toLowerCase() === wanted) return at;
  }
  return -1;
}

class Writer {
  readonly #most: number;
  readonly #html: string[] = [];
  readonly #plain: string[] = [];
  readonly #stack: string[] = [];
  readonly #leftOut: LeftOut = { scripts: 0, images: 0, links: 0, forms: 0 };
  #written = 0;
  #tags = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get full(): boolean {
    // Elements without text are cheap to send and dear to show.
    return this.#written >= this.#most || this.#tags * 4 >= this.#most;
  }

  text(raw: string): void {
    const text = decodeEntities(raw).slice(0, this.#most - this.#written);
    this.#written += text.length;
    this.#html.push(escaped(text));
    this.#plain.push(text.replaceAll(/[ \t\r\n\f]+/g, ' '));
  }

  open(name: string): void {
    if (LINES.test(name)) this.#plain.push('\n');
    if (!KEPT.has(name)) return;
    this.#tags += 1;
    if (EMPTY.has(name)) this.#html.push(`<${name}>`);
    else if (this.#stack.length < DEEPEST) {
      this.#stack.push(name);
      this.#html.push(`<${name}>`);
    }
  }

  close(name: string): void {
    if (LINES.test(name)) this.#plain.push('\n');
    const place = this.#stack.lastIndexOf(name);
    if (place < 0) return;
    for (const open of this.#stack.splice(place).toReversed()) this.#html.push(`</${open}>`);
  }

  /** Counts what is left out; where a link leads is written behind its text, as text. */
  count(name: string, tag: string): void {
    if (SCRIPTS.has(name) || /\son[a-z]+\s*=/i.test(tag)) this.#leftOut.scripts += 1;
    if (IMAGES.has(name)) this.#leftOut.images += 1;
    if (FORMS.has(name)) this.#leftOut.forms += 1;
    if (name !== 'a') return;
    this.#leftOut.links += 1;
    const host = /\bhref\s*=\s*["']?\s*(?:https?:)?\/\/([^\s"'/?#>]{1,253})/i.exec(tag)?.[1];
    if (host !== undefined) this.text(`[${host.replace(/^.*@/, '')}] `);
  }

  end(): SafeHtml {
    const truncated = this.full;
    for (const open of this.#stack.splice(0).toReversed()) this.#html.push(`</${open}>`);
    const text = this.#plain
      .join('')
      .replaceAll(/ *\n */g, '\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim();
    return { html: this.#html.join(''), text, leftOut: this.#leftOut, truncated };
  }
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  zwnj: '',
  zwj: '',
  euro: '€',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  deg: '°',
  sect: '§',
  szlig: 'ß',
  aelig: 'æ',
  AElig: 'Æ',
  oelig: 'œ',
  OElig: 'Œ',
  oslash: 'ø',
  Oslash: 'Ø',
};
/** `eacute`, `Auml` …: a letter and what stands over or under it. */
const ACCENTS: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  ring: '\u030a',
  cedil: '\u0327',
  caron: '\u030c',
};

/** Text as people read it, without what turns its direction around or cannot be seen. */
function decodeEntities(raw: string): string {
  const text = raw.replaceAll(
    /&(#[xX][0-9a-fA-F]{1,6}|#\d{1,7}|[A-Za-z][A-Za-z0-9]{1,31});?/g,
    (whole, name: string) =>
      name.startsWith('#') ? characterOf(name.slice(1)) : (NAMED[name] ?? accented(name) ?? whole),
  );
  // oxlint-disable-next-line no-misleading-character-class -- single characters, each by itself
  return text.replaceAll(
    /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    '',
  );
}

function characterOf(number: string): string {
  const code = /^[xX]/.test(number) ? Number.parseInt(number.slice(1), 16) : Number(number);
  const character = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return character ? String.fromCodePoint(code) : '\ufffd';
}

function accented(name: string): string | undefined {
  const accent = ACCENTS[name.slice(1)];
  return accent === undefined ? undefined : `${name.charAt(0)}${accent}`.normalize('NFC');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
