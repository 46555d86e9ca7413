// Octets of a file name as text, in every way that some reader has: charsets, encoded words, percent octets.

/** Text of octets in a charset; more than one where readers differ, none where it is unknown to everybody. */
export function textsIn(charset: string, octets: Buffer): string[] {
  const label = charset.trim().toLowerCase();
  if (/^utf-?7$|^unicode-1-1-utf-7$/.test(label)) return [fromUtf7(octets.toString('latin1'))];
  if (/^(utf-?16|ucs-?2|iso-10646-ucs-2|unicode)$/.test(label))
    return [...utf16(octets, false), ...utf16(octets, true)];
  if (/^(utf-?16be)$/.test(label)) return utf16(octets, true);
  if (/^utf-?32|^ucs-?4/.test(label)) return [withoutNul(octets)];
  try {
    return [new TextDecoder(label === '' || label === 'us-ascii' ? 'utf-8' : label).decode(octets)];
  } catch {
    // No such charset: readers fall back to one they know.
    return [octets.toString('utf8'), octets.toString('latin1')];
  }
}

function utf16(octets: Buffer, big: boolean): string[] {
  const even = Buffer.from(octets.subarray(0, octets.length - (octets.length % 2)));
  if (big) even.swap16();
  return [even.toString('utf16le').replace(/^\uFEFF/, '')];
}

/** Four octets a character: file extensions are ASCII, the other three are zero. */
function withoutNul(octets: Buffer): string {
  return octets.toString('latin1').replaceAll('\0', '');
}

/** RFC 2152: `+` begins modified base64 of UTF-16. */
export function fromUtf7(text: string): string {
  return text.replaceAll(/\+([A-Za-z0-9+/]*)-?/g, (_, coded: string) => {
    if (coded === '') return '+';
    const octets = Buffer.from(coded, 'base64');
    return utf16(octets, true)[0] ?? '';
  });
}

/** RFC 2231 4: percent octets; what is none stays. */
export function percentOctets(text: string): Buffer {
  const plain = text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, 'latin1');
}

const WORD = /=\?([^?\s]*)\?([bBqQ])\?([^?]*)(?:\?=|$)/g;

/** Encoded words (RFC 2047) wherever they stand, whole or cut off, all words as one and one by one. */
export function wordTexts(text: string): string[] {
  if (!text.includes('=?')) return [];
  const words = [...text.matchAll(WORD)].slice(0, MOST_WORDS);
  const first = words[0];
  if (first === undefined) return [];
  const octets = words.map(([, , encoding = '', content = '']) => wordOctets(encoding, content));
  // Characters cut in two between words are put together by some and not by others.
  const together = textsIn(charsetOf(first), Buffer.concat(octets));
  // Some put the coded text of all words together before they decode it.
  const coded = words.map(([, , , content = '']) => content).join('');
  together.push(...textsIn(charsetOf(first), wordOctets(first[2] ?? '', coded)));
  const apart = textsApart(words, octets);
  const around = (inner: string) => {
    const last = words.at(-1) ?? first;
    return text.slice(0, first.index) + inner + text.slice(last.index + last[0].length);
  };
  const kept = keepingBetween(text, words, octets);
  return [...together, apart, kept].flatMap((inner, index) => (index === together.length + 1 ? inner : around(inner)));
}

/** More words are no name. */
const MOST_WORDS = 50;

function charsetOf(word: RegExpMatchArray): string {
  // RFC 2231 5: a language may follow the charset.
  return (word[1] ?? '').split('*')[0] ?? '';
}

function textsApart(words: readonly RegExpMatchArray[], octets: readonly Buffer[]): string {
  return words.map((word, index) => textsIn(charsetOf(word), octets[index] ?? Buffer.alloc(0))[0] ?? '').join('');
}

/** With what stands between the words. */
function keepingBetween(text: string, words: readonly RegExpMatchArray[], octets: readonly Buffer[]): string {
  let result = '';
  let end = 0;
  for (const [index, word] of words.entries()) {
    result += text.slice(end, word.index) + (textsIn(charsetOf(word), octets[index] ?? Buffer.alloc(0))[0] ?? '');
    end = (word.index ?? 0) + word[0].length;
  }
  return result + text.slice(end);
}

function wordOctets(encoding: string, content: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(content, 'base64');
  const raw = content
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(raw, 'latin1');
}
