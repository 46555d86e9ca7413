// RFC 2047: text beyond ASCII in a header of our own.

/** RFC 2047 2: an encoded word has 75 characters at most, a line with one 76. */
const LONGEST_WORD = 75;
const BEFORE = '=?UTF-8?B?';
const AFTER = '?=';
/** Octets that base64 makes no more than fits. */
const OCTETS = Math.floor((LONGEST_WORD - BEFORE.length - AFTER.length) / 4) * 3;

/** A field of unstructured text, folded; `start` is its name, colon and space. Characters are never cut in two. */
export function encodeWords(start: string, text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return start + text;
  const words: string[] = [];
  let octets = '';
  // The first line has the name in it.
  let room = Math.min(OCTETS, Math.floor((LONGEST_WORD - start.length - BEFORE.length - AFTER.length) / 4) * 3);
  for (const char of text) {
    if (Buffer.byteLength(octets + char) > room) {
      words.push(octets);
      octets = '';
      room = OCTETS;
    }
    octets += char;
  }
  words.push(octets);
  return start + words.map((word) => BEFORE + Buffer.from(word).toString('base64') + AFTER).join('\r\n ');
}
