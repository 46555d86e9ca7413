// RFC 2045 5.1: a value with parameters, read strictly, with a word for everything in which readers differ. Text is one
// character an octet.

export interface Parameter {
  /** Lower case. */
  name: string;
  /** Without the quotes, escapes undone; line ends of folding are kept. */
  value: string;
  form: 'token' | 'quoted' | 'loose';
  /** White space around the equals sign, which RFC 2045 does not allow. */
  spaced: boolean;
  /** A backslash took part. */
  escaped: boolean;
}

export interface StructuredValue {
  /** Lower case, such as `multipart/mixed` or `attachment`; empty where it is malformed. */
  value: string;
  parameters: readonly Parameter[];
  /** Not as the grammar says, in a way that readers take alike: empty parameters, comments at the end, loose values. */
  odd: boolean;
  /** Not as the grammar says, and readers differ in what it says. */
  broken: boolean;
}

/** A longer value is no honest one; it is broken. */
const MOST_TEXT = 16_000;
const MOST_PARAMETERS = 200;
const TOKEN = "[!#$%&'*+.^_`{|}~\\w-]+";
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}$`);
const WORD = new RegExp(`^${TOKEN}$`);
const NAME = /[^\s=;"()\\,<>]+/y;
/** A comment that says nothing a reader could take for a parameter. */
const HARMLESS_COMMENT = /^\([^()"=;\\]*\)$/;

/** Reads the octets of a value, folding included. */
export function readStructured(text: string, kind: 'type' | 'word'): StructuredValue {
  return new Reader(text.slice(0, MOST_TEXT), kind, text.length > MOST_TEXT).read();
}

/** Without white space around, as RFC 5322 knows it: to some readers a no-break space is a letter. */
function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');
}

/** Whether each comment has an end. */
function balanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

class Reader {
  readonly #text: string;
  readonly #kind: 'type' | 'word';
  readonly #parameters: Parameter[] = [];
  #at = 0;
  #odd = false;
  #broken: boolean;

  constructor(text: string, kind: 'type' | 'word', broken: boolean) {
    this.#text = text;
    this.#kind = kind;
    this.#broken = broken;
  }

  read(): StructuredValue {
    const value = this.#head();
    while (this.#at < this.#text.length && this.#parameters.length < MOST_PARAMETERS) this.#parameter();
    if (this.#at < this.#text.length) this.#broken = true;
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(this.#text)) this.#broken = true;
    return { value, parameters: this.#parameters, odd: this.#odd, broken: this.#broken };
  }

  #head(): string {
    const end = this.#text.indexOf(';');
    const head = trimmed(end < 0 ? this.#text : this.#text.slice(0, end));
    this.#at = end < 0 ? this.#text.length : end;
    const pattern = this.#kind === 'type' ? MEDIA_TYPE : WORD;
    if (pattern.test(head)) return head.toLowerCase();
    const [first = '', ...rest] = head.split(/[ \t\r\n]+/);
    if (pattern.test(first) && HARMLESS_COMMENT.test(rest.join(' '))) {
      this.#odd = true;
      return first.toLowerCase();
    }
    this.#broken = true;
    // What stands before the first white space, comma or comment is what most readers take.
    const begun = /^[^\s,(;"]+/.exec(head)?.[0] ?? '';
    return pattern.test(begun) ? begun.toLowerCase() : '';
  }

  #parameter(): void {
    const semicolons = this.#skip(';');
    if (this.#at >= this.#text.length) return;
    if (semicolons !== 1) this.#odd = true;
    if (this.#text[this.#at] === '(' && this.#comment()) return;
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    const nameEnd = this.#at + (name?.length ?? 0);
    const equals = this.#pastSpace(nameEnd);
    if (name === undefined || this.#text[equals] !== '=') {
      this.#broken = true;
      const next = this.#text.indexOf(';', this.#at + 1);
      this.#at = next < 0 ? this.#text.length : next;
      return;
    }
    const start = this.#pastSpace(equals + 1);
    const spaced = equals !== nameEnd || start !== equals + 1;
    if (spaced) this.#odd = true;
    this.#at = start;
    const value = this.#text[start] === '"' ? this.#quoted() : this.#loose();
    this.#parameters.push({ name: name.toLowerCase(), spaced, ...value });
  }

  #quoted(): Pick<Parameter, 'value' | 'form' | 'escaped'> {
    let value = '';
    let escaped = false;
    let at = this.#at + 1;
    for (; at < this.#text.length && this.#text[at] !== '"'; at++) {
      if (this.#text[at] === '\\') {
        at++;
        escaped = true;
      }
      value += this.#text[at] ?? '';
    }
    if (at >= this.#text.length) this.#broken = true;
    this.#at = this.#pastSpace(at + 1);
    const next = this.#text[this.#at];
    if (next === '(') this.#comment();
    else if (next !== undefined && next !== ';') this.#broken = true;
    return { value, form: 'quoted', escaped };
  }

  #loose(): Pick<Parameter, 'value' | 'form' | 'escaped'> {
    const end = this.#text.indexOf(';', this.#at);
    const whole = trimmed(this.#text.slice(this.#at, end < 0 ? undefined : end));
    this.#at = end < 0 ? this.#text.length : end;
    const [, bare = whole, comment = ''] = /^(\S+)\s+(\([^()]*\))$/.exec(whole) ?? [];
    const value = HARMLESS_COMMENT.test(comment) ? bare : whole;
    if (WORD.test(whole)) return { value, form: 'token', escaped: false };
    this.#odd = true;
    // A quote, an escape or what may be another parameter: readers differ in where the value ends.
    if (/["\\]|\s\S+\s*=/.test(whole) || !balanced(whole)) this.#broken = true;
    return { value, form: 'loose', escaped: whole.includes('\\') };
  }

  /** Past a comment that cannot be taken for anything else. */
  #comment(): boolean {
    const end = this.#text.indexOf(')', this.#at);
    const comment = this.#text.slice(this.#at, end < 0 ? undefined : end + 1);
    const next = this.#pastSpace(this.#at + comment.length);
    const whole = HARMLESS_COMMENT.test(comment) && (next >= this.#text.length || this.#text[next] === ';');
    if (!whole) {
      this.#broken = true;
      return false;
    }
    this.#odd = true;
    this.#at = next;
    return true;
  }

  /** Past white space and so many of a character; how many there were. */
  #skip(mark: string): number {
    let count = 0;
    for (;;) {
      this.#at = this.#pastSpace(this.#at);
      if (this.#text[this.#at] !== mark) return count;
      count++;
      this.#at++;
    }
  }

  #pastSpace(start: number): number {
    let at = start;
    while (at < this.#text.length && ' \t\r\n'.includes(this.#text[at] ?? '')) at++;
    return at;
  }
}
