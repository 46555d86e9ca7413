// RFC 6376 3.2: lists of `tag=value`, as signatures and key records are written.

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const WHITE = ' \t\r\n';

/**
 * The text without white space around it (RFC 6376 2.8). In steps, not as a pattern: one that looks for the end tries each
 * run of white space again and again, and whoever writes a long one keeps the thread busy for minutes.
 */
export function withoutSpaceAround(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && WHITE.includes(text.charAt(from))) from++;
  while (to > from && WHITE.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** The tags of a list, or nothing where it is no list or a tag comes twice (RFC 6376 3.2: then it is invalid). */
export function parseTagList(text: string): Map<string, string> | undefined {
  const tags = new Map<string, string>();
  const parts = text.split(';');
  for (const [index, part] of parts.entries()) {
    const tag = withoutSpaceAround(part);
    if (tag === '') {
      if (index === parts.length - 1) continue;
      return undefined;
    }
    const equals = tag.indexOf('=');
    const name = withoutSpaceAround(tag.slice(0, Math.max(equals, 0)));
    if (!NAME.test(name) || tags.has(name)) return undefined;
    tags.set(name, withoutSpaceAround(tag.slice(equals + 1)));
  }
  return tags;
}

/** RFC 6376 2.8: a value that may be folded anywhere, such as base64, without its white space. */
export function withoutSpace(value: string): string {
  return value.replaceAll(/[ \t\r\n]+/g, '');
}

/** A list of words with colons between them, lower case, white space taken off. */
export function wordsOf(value: string): string[] {
  return value.split(':').map((word) => withoutSpaceAround(word).toLowerCase());
}
