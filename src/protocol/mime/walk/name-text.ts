// Octets of a file name as text, in every way that some reader has: charsets, encoded words, percent octets.

/** Text of octets in a charset; more than one where readers differ, none where it is unknown to everybody. */
export function textsIn(charset: string, octets: Buffer): string[] {
  const label = charset.trim().toLowerCase();
  const short = withoutOverlong(octets.toString('latin1'));
  if (short.length < octets.length && !/[\x80-\xff]/.test(short)) return [short, octets.toString('utf8')];
  if (/utf-?7$|^u7$|^unicode-1-1-utf-7|^(?:cp)?65000$/.test(label)) return [fromUtf7(octets.toString('latin1'))];
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

/** Charsets that no browser knows, but whose letters are those of ASCII, or that only say that none is known. */
const HARMLESS =
  /^(?:utf-?8.*|.*unknown.*|x-user-defined|default.*|ansi.*|ascii.*|us-?ascii.*|iso[-_]?646.*|8bit|7bit|none|null|binary|iso[-_]?2022.*|hz.*|gb.*|euc.*|cns.*|big5.*|ks.*|johab|latin.*|l\d+|iso[-_]?8859.*|(?:cp|windows|win|ibm|dos)[-_]?(?:4|7|8|9|12|13)\d\d?\d?|cp5\d{4}|koi.*|mac.*|x-mac.*|roman.*|viscii|tcvn.*|tis.*|armscii.*|georgian.*|tscii|shift.*|sjis.*|ms_kanji|x-sjis.*|x-gbk|x-euc.*|x-big5.*|utf[-_]?16.*|ucs[-_]?[24].*|utf[-_]?32.*|unicode|iso-10646.*|.*utf-?7|u7|unicode-1-1-utf-7)$/;
/** Of IBM's code pages those in which letters have other numbers. */
const EBCDIC =
  /^(?:cs)?(?:cp|ibm|x-ibm|x-cp)?[-_]?0*(?:37|273|274|275|277|278|280|281|284|285|290|297|420|423|424|500|833|838|870|871|875|880|905|918|924|930|93[0579]|1025|1026|1047|1097|112\d|114\d|1371|1388|1390|1399)$/;

/** Whether readers that know a charset may see other letters than those that do not. */
export function isForeignCharset(charset: string): boolean {
  const label = (charset.split('*')[0] ?? '').trim().toLowerCase();
  if (label === '') return false;
  if (EBCDIC.test(label)) return true;
  if (HARMLESS.test(label)) return false;
  try {
    return new TextDecoder(label).encoding === '';
  } catch {
    // Nobody's label: what is written in it is anything.
    return true;
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

/** RFC 3629 3 forbids longer forms of UTF-8 than the shortest; some decoders take them all the same. */
export function withoutOverlong(octets: string): string {
  return octets
    .replaceAll(/[\xc0\xc1][\x80-\xbf]/g, (pair) =>
      String.fromCharCode(((pair.charCodeAt(0) & 1) << 6) | (pair.charCodeAt(1) & 0x3f)),
    )
    .replaceAll(/\xe0[\x80\x81][\x80-\xbf]|\xf0\x80[\x80\x81][\x80-\xbf]/g, (longer) =>
      String.fromCharCode(
        ((longer.charCodeAt(longer.length - 2) & 1) << 6) | (longer.charCodeAt(longer.length - 1) & 0x3f),
      ),
    );
}

/** RFC 2231 4: percent octets; what is none stays. */
export function percentOctets(text: string): Buffer {
  const plain = text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, 'latin1');
}

/** Of an encoding that nobody knows, some show what stands there. */
const WORD = /=\?([^?\s]*)\?([A-Za-z])\?((?:[^?]|\?(?!=))*)(?:\?=|$)/g;

/** Encoded words (RFC 2047) wherever they stand, whole or cut off, all words as one and one by one. */
export function wordTexts(text: string): string[] {
  if (!text.includes('=?')) return [];
  const found = wordsOnce(text);
  // Some decode once more what comes out.
  return [...found, ...found.filter((one) => one.includes('=?') && one !== text).flatMap(wordsOnce)];
}

function wordsOnce(text: string): string[] {
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

/** The charsets that encoded words name. */
export function wordCharsets(text: string): string[] {
  return text.includes('=?') ? [...text.matchAll(WORD)].slice(0, MOST_WORDS).map(charsetOf) : [];
}

/** Whether there are words that are not decoded. */
export function tooManyWords(text: string): boolean {
  return text.includes('=?') && [...text.matchAll(WORD)].length > MOST_WORDS;
}

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
