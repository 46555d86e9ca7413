// Finds which phrases of a table a text has. Word by word over a tree, without regular expressions: time grows with the
// length of the text and hardly with the size of the table, whatever the text is.

/** Words that `*` in a phrase may stand for: none to this many. */
const GAP_WORDS = 7;
/** Letters by which stems are looked up; no stem is shorter. */
const STEM_KEY = 3;
/** Words of a text that are looked at. */
const MAX_WORDS = 300;

interface Node {
  words: Map<string, Node>;
  /** By their first letters: words that begin with a stem (`unbekannt~`). */
  stems: Map<string, [stem: string, next: Node][]> | undefined;
  gap: Node | undefined;
  /** The first row that has a phrase ending here. */
  row: number;
  /** The first row of all phrases that go on from here. */
  least: number;
}

export interface PhraseTable {
  /** The lowest row of which the text has a phrase; -1 where it has none. */
  find(words: readonly string[]): number;
}

/**
 * Makes a table. A phrase is words in lower case without accents, as `wordsOf` gives them; `*` stands for up to seven
 * words, a word that ends with `~` for all that begin like it. Throws on a phrase that could never be found.
 */
export function phraseTable(rows: readonly (readonly string[])[]): PhraseTable {
  const root = newNode();
  for (const [row, phrases] of rows.entries()) for (const phrase of phrases) addPhrase(root, phrase, row);
  return {
    find: (words) => {
      let best = Number.MAX_SAFE_INTEGER;
      for (let at = 0; at < words.length && at < MAX_WORDS; at++) best = search(root, words, { at, best });
      return best === Number.MAX_SAFE_INTEGER ? -1 : best;
    },
  };
}

function newNode(): Node {
  const row = Number.MAX_SAFE_INTEGER;
  return { words: new Map(), stems: undefined, gap: undefined, row, least: row };
}

function addPhrase(root: Node, phrase: string, row: number): void {
  let node = root;
  node.least = Math.min(node.least, row);
  for (const token of phrase.split(' ')) {
    node = child(node, token, phrase);
    node.least = Math.min(node.least, row);
  }
  node.row = Math.min(node.row, row);
}

function child(node: Node, token: string, phrase: string): Node {
  if (token === '*') return (node.gap ??= newNode());
  const stem = token.endsWith('~') ? token.slice(0, -1) : undefined;
  if (!/^[a-z0-9]+$/.test(stem ?? token) || (stem !== undefined && stem.length < STEM_KEY)) {
    throw new Error(`"${token}" in the phrase "${phrase}" can never be found`);
  }
  if (stem === undefined) {
    const known = node.words.get(token) ?? newNode();
    node.words.set(token, known);
    return known;
  }
  node.stems ??= new Map();
  const others = node.stems.get(stem.slice(0, STEM_KEY)) ?? [];
  node.stems.set(stem.slice(0, STEM_KEY), others);
  const known = others.find(([other]) => other === stem)?.[1] ?? newNode();
  if (!others.some(([other]) => other === stem)) others.push([stem, known]);
  return known;
}

/** The best row from this node on; nothing below `best` is looked for where it could not be better. */
function search(node: Node, words: readonly string[], from: { at: number; best: number }): number {
  let best = Math.min(from.best, node.row);
  if (node.least >= best) return best;
  if (node.gap !== undefined) {
    for (let skip = 0; skip <= GAP_WORDS && from.at + skip < words.length; skip++) {
      best = search(node.gap, words, { at: from.at + skip, best });
    }
  }
  const word = words[from.at];
  if (word === undefined) return best;
  const next = node.words.get(word);
  if (next !== undefined) best = search(next, words, { at: from.at + 1, best });
  for (const [stem, after] of node.stems?.get(word.slice(0, STEM_KEY)) ?? []) {
    if (word.startsWith(stem)) best = search(after, words, { at: from.at + 1, best });
  }
  return best;
}

const ACCENTS = /[\u0300-\u036f]/g;
const NOT_ASCII = /[^\x00-\x7f]/;
// An apostrophe inside of a word is left out ("doesn't"), and so is an underscore before a number ("ofr_506").
const JOINS = /['\u2019\u00b4`](?=[a-z])|_(?=\d)/g;
const WORD = /[a-z0-9]+/g;
/** `RecipientNotFound` is three words. */
const CAMEL = /(?<=[a-z])(?=[A-Z])/g;
const ONLY_DIGITS = /^\d+$/;

/**
 * The words of a text: lower case, accents taken off, addresses and numbers left out. What is not in Latin letters
 * gives no words.
 */
export function wordsOf(text: string): string[] {
  let plain = withoutAddresses(text).replaceAll(CAMEL, ' ').toLowerCase();
  if (NOT_ASCII.test(plain)) {
    plain = plain.replaceAll('ß', 'ss').replaceAll('ł', 'l').replaceAll('ø', 'o').replaceAll('æ', 'ae');
    plain = plain.normalize('NFD').replaceAll(ACCENTS, '');
  }
  const words = plain.replaceAll(JOINS, '').match(WORD) ?? [];
  return words.filter((word) => !ONLY_DIGITS.test(word));
}

/** An address says nothing about the failure, and its words might look as if. */
function withoutAddresses(text: string): string {
  if (!text.includes('@')) return text;
  return text
    .split(/[\s<>"(),;]+/)
    .filter((piece) => !piece.includes('@'))
    .join(' ');
}
