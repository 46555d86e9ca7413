// Names with `*` and `?` in them, whatever their case. No regular expression: names come from hostile mail, and a pattern
// with many stars must not take time that grows with a power of their length.

/** A test of file names or media types. */
export function matchNames(patterns: readonly string[]): (name: string) => boolean {
  const plain = new Set<string>();
  const wild: string[][] = [];
  for (const pattern of patterns.map(folded)) {
    if (/[*?]/.test(pattern)) wild.push(Array.from(pattern));
    else plain.add(pattern);
  }
  return (name) => {
    // Windows drops dots and spaces at the end.
    const text = folded(name).replace(/[. ]+$/, '');
    if (plain.has(text)) return true;
    const letters = Array.from(text);
    return wild.some((pattern) => fits(pattern, letters));
  };
}

/** Full-width letters and the like count as what they look like. */
function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Only the last star is ever gone back to, so this takes the product of both lengths at most. */
function fits(pattern: readonly string[], text: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let i = 0; i < text.length; ) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      retry = i;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
