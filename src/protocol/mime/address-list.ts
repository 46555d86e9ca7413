// RFC 5322 3.4 (with the obsolete forms of 4.4): the addresses in From and its like. It is read to decide who the author
// claims to be, so it returns every address that any reader could see in it, and says so where it cannot be read.

import { toLookupDomain } from '../smtp/domain.ts';
import { shownAddresses } from './shown-address.ts';

/** An address of a header field. */
export interface HeaderMailbox {
  /** Text before the address, quotes taken off, encoded words left alone; empty where there is none. */
  name: string;
  localPart: string;
  /** Lower-case A-labels; an address literal with its brackets. */
  domain: string;
}

export type AddressList =
  | {
      kind: 'list';
      mailboxes: HeaderMailbox[];
      /**
       * Addresses in display names, names of groups, comments, words beside the mailboxes and local parts:
       * `ceo@bank.example <x@acme.test>`, whether as atoms, in quotes or as encoded words. No mailboxes, but many
       * readers show them and nothing else.
       */
      stray: HeaderMailbox[];
    }
  | { kind: 'unreadable' };

interface Token {
  kind: 'atom' | 'quoted' | 'literal' | 'special' | 'comment' | 'end';
  text: string;
  /** White space stands before it. */
  spaced?: boolean;
}

/** Reads an unfolded value. */
export function parseAddressList(text: string): AddressList {
  const tokens = tokenize(text);
  return tokens === undefined ? { kind: 'unreadable' } : new ListReader(tokens).read();
}

const ATOM = /[^\s()<>[\]:;@\\,"\x00-\x1f\x7f]+/uy;

function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  let spaced = false;
  while (at < text.length) {
    const char = text[at] ?? '';
    let end = at + 1;
    if (char === '(') end = commentEnd(text, at);
    else if (char === '"') end = delimitedEnd(text, at, '"');
    else if (char === '[') end = delimitedEnd(text, at, ']');
    else if (!'<>:;@, \t'.includes(char)) end = atomEnd(text, at);
    if (end < 0) return undefined;
    const part = text.slice(at, end);
    const blank = char === ' ' || char === '\t';
    if (char === '(') tokens.push({ kind: 'comment', text: part.slice(1, -1), spaced });
    else if (char === '"') tokens.push({ kind: 'quoted', text: part.slice(1, -1).replaceAll(/\\(.)/gs, '$1'), spaced });
    else if (char === '[') tokens.push({ kind: 'literal', text: part, spaced });
    else if ('<>:;@,'.includes(char)) tokens.push({ kind: 'special', text: char, spaced });
    else if (!blank) tokens.push({ kind: 'atom', text: part, spaced });
    spaced = blank;
    at = end;
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

function atomEnd(text: string, at: number): number {
  ATOM.lastIndex = at;
  return ATOM.test(text) ? ATOM.lastIndex : -1;
}

/** Past the closing mark; -1 where there is none. A backslash takes the next character along. */
function delimitedEnd(text: string, start: number, close: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === close) return at + 1;
  }
  return -1;
}

/** RFC 5322 3.2.2: comments nest. */
function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at + 1;
  }
  return -1;
}

class ListReader {
  readonly #tokens: Token[];
  #at = 0;
  readonly #mailboxes: HeaderMailbox[] = [];
  readonly #stray: HeaderMailbox[] = [];

  readonly #all: readonly Token[];

  constructor(tokens: Token[]) {
    this.#all = tokens;
    this.#tokens = tokens.filter((token) => token.kind !== 'comment');
    for (const { kind, text } of tokens) if (kind === 'comment') this.#shown(text);
  }

  read(): AddressList {
    let inGroup = false;
    while (this.#peek().kind !== 'end') {
      const mark = this.#element(inGroup);
      if (mark === undefined) return { kind: 'unreadable' };
      // RFC 5322 3.4: groups do not nest.
      if (mark === 'group') inGroup = true;
      if (mark === ';') inGroup = false;
    }
    if (inGroup) return { kind: 'unreadable' };
    this.#shownTogether();
    return { kind: 'list', mailboxes: this.#mailboxes, stray: this.#stray };
  }

  /** Pieces are shown side by side: `"ceo@bank"\ufe6bbank.test <x@acme.test>` holds an address that no piece holds. */
  #shownTogether(): void {
    // An "@" among plain words was read as what it is.
    if (!this.#all.some(({ kind, text }) => kind !== 'special' && mayShow(text))) return;
    const known = new Set([...this.#mailboxes, ...this.#stray].map(({ domain }) => domain));
    const withoutComments = this.#all.filter(({ kind }) => kind !== 'comment');
    // Readers leave out comments or addresses in brackets, or show them: what those hold was looked at before.
    const shown = [sideBySide(this.#all, ''), sideBySide(withoutComments, ''), sideBySide(withoutComments, '<x>')];
    for (const text of new Set(shown)) {
      for (const address of mayShow(text) ? shownAddresses(text) : []) {
        if (!known.has(address.domain)) this.#stray.push({ ...address, name: '' });
        known.add(address.domain);
      }
    }
  }

  /** One element up to and with its end; `undefined` where it cannot be read. */
  #element(inGroup: boolean): 'group' | ',' | ';' | 'end' | undefined {
    const words = this.#words();
    let token = this.#take();
    if (isSpecial(token, ':')) {
      if (inGroup || words.length === 0) return undefined;
      this.#shown(textOf(words));
      return 'group';
    }
    if (isSpecial(token, '@')) {
      const address = this.#domainAfter(words);
      if (address === undefined) return undefined;
      token = this.#take();
      if (!isSpecial(token, '<')) {
        this.#mailboxes.push({ ...address, name: '' });
        return endOf(token);
      }
      this.#stray.push({ ...address, name: '' });
    }
    if (!isSpecial(token, '<')) {
      // Words alone are no mailbox, but are shown beside the others.
      this.#shown(textOf(words));
      return endOf(token);
    }
    const address = this.#angleAddress();
    if (address === undefined) return undefined;
    const name = textOf(words);
    this.#mailboxes.push({ ...address, name });
    this.#shown(name);
    this.#shown(textOf(this.#words())); // RFC 5322 does not allow words here, but some readers show them
    return endOf(this.#take());
  }

  #shown(text: string): void {
    if (!mayShow(text)) return;
    for (const address of shownAddresses(text)) this.#stray.push({ ...address, name: '' });
  }

  /** RFC 5322 3.4.1, behind the `<`; with the obsolete source route. */
  #angleAddress(): Omit<HeaderMailbox, 'name'> | undefined {
    if (isSpecial(this.#peek(), '@') && !this.#skipRoute()) return undefined;
    const words = this.#words();
    if (!isSpecial(this.#take(), '@')) return undefined;
    const address = this.#domainAfter(words);
    return isSpecial(this.#take(), '>') ? address : undefined;
  }

  #skipRoute(): boolean {
    for (;;) {
      const token = this.#take();
      if (isSpecial(token, ':')) return true;
      if (token.kind === 'end' || isSpecial(token, '<') || isSpecial(token, '>')) return false;
    }
  }

  #domainAfter(local: Token[]): Omit<HeaderMailbox, 'name'> | undefined {
    const localPart = joined(local);
    const parts = this.#words();
    const text = parts.some((part) => part.kind === 'quoted') ? undefined : joined(parts);
    if (localPart === undefined || text === undefined) return undefined;
    const domain = parts[0]?.kind === 'literal' ? text.toLowerCase() : toLookupDomain(text);
    if (domain === undefined) return undefined;
    // RFC 2047 5 (3): no encoded word belongs here; readers that decode the whole field show another address.
    this.#shown(localPart);
    return { localPart, domain };
  }

  #words(): Token[] {
    const words: Token[] = [];
    for (let token = this.#peek(); token.kind !== 'special' && token.kind !== 'end'; token = this.#peek()) {
      words.push(this.#take());
    }
    return words;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }
}

/** Wide forms of "@" are among it. */
const NON_ASCII = /[^\0-\x7f]/;

function mayShow(text: string): boolean {
  return text.includes('@') || text.includes('=?') || NON_ASCII.test(text);
}

/** The pieces as they stand; `angled` is in the place of each address in angle brackets. */
function sideBySide(tokens: readonly Token[], angled: string): string {
  let text = '';
  let inside = false;
  for (const token of tokens) {
    if (!inside && token.spaced === true) text += ' ';
    if (isSpecial(token, '>')) inside = false;
    else if (isSpecial(token, '<')) [inside, text] = [true, text + angled];
    else if (!inside) text += token.kind === 'comment' ? `(${token.text})` : token.text;
  }
  return text;
}

function textOf(words: readonly Token[]): string {
  return words.map((word) => word.text).join(' ');
}

function isSpecial(token: Token, text: string): boolean {
  return token.kind === 'special' && token.text === text;
}

function endOf(token: Token): ',' | ';' | 'end' | undefined {
  if (token.kind === 'end') return 'end';
  if (isSpecial(token, ',')) return ',';
  return isSpecial(token, ';') ? ';' : undefined;
}

/** Words of a local part or domain, which only dots may join (RFC 5322 4.4, obs-local-part, obs-domain). */
function joined(words: Token[]): string | undefined {
  let text = '';
  for (const [i, word] of words.entries()) {
    const before = words[i - 1];
    if (before !== undefined && !endsWithDot(before) && !(word.kind === 'atom' && word.text.startsWith('.'))) {
      return undefined;
    }
    text += word.text;
  }
  return text === '' && words[0]?.kind !== 'quoted' ? undefined : text;
}

function endsWithDot(word: Token): boolean {
  return word.kind === 'atom' && word.text.endsWith('.');
}
