// Words of a customer as each syntax wants them, so that none of them is ever more than one word. What a syntax has no safe
// way to say becomes a placeholder, which the customer replaces by hand.

/** A word that means itself in every syntax there is here. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;

/** The word, or the placeholder where it is not plain. For files without a way to quote. */
export function plainOr(word: string | undefined, placeholder: string): string {
  return word !== undefined && PLAIN.test(word) ? word : placeholder;
}

/** POSIX shell: nothing counts between apostrophes but an apostrophe. */
export function shellWord(word: string): string {
  return `'${oneLine(word).replaceAll("'", `'\\''`)}'`;
}

/** PowerShell: within single quotes only the quotes themselves count, and it takes the typographic ones for the same. */
export function powerShellWord(word: string): string {
  return `'${oneLine(word).replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** A list of words for PowerShell. */
export function powerShellList(words: readonly string[]): string {
  return words.map(powerShellWord).join(', ');
}

/** Text for people, as on one line of a comment or a sentence. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ').trim();
}

/** Text that Markdown shows as it is. */
export function markdownText(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_{}[\]<>#|!~&]/g, '\\$&');
}
