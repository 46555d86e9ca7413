// RFC 2047: encoded words of a header as text, for people. What cannot be decoded stays as it is.

const WORD = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=/g;

interface Pending {
  charset: string;
  octets: Buffer[];
}

/** Text of an unstructured or phrase value. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  let result = '';
  let end = 0;
  let pending: Pending | undefined;
  for (const match of text.matchAll(WORD)) {
    const [whole, charset = '', encoding = '', content = ''] = match;
    const between = text.slice(end, match.index);
    const octets = decodeContent(encoding, content);
    end = match.index + whole.length;
    // RFC 2047 6.2: white space between two encoded words is not part of the text. Words of one charset are decoded
    // together: many senders cut characters in two.
    const joins = pending !== undefined && /^[ \t]*$/.test(between);
    if (pending !== undefined && joins && pending.charset.toLowerCase() === charset.toLowerCase()) {
      pending.octets.push(octets);
      continue;
    }
    if (pending !== undefined) result += finish(pending);
    if (!joins) result += between;
    pending = { charset, octets: [octets] };
  }
  if (pending !== undefined) result += finish(pending);
  return result + text.slice(end);
}

function decodeContent(encoding: string, content: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(content, 'base64');
  // RFC 2047 4.2: "_" is a space whatever the charset.
  const raw = content
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(raw, 'latin1');
}

function finish(pending: Pending): string {
  const octets = Buffer.concat(pending.octets);
  if (UTF_7.test(pending.charset)) return decodeUtf7(octets.toString('latin1'));
  try {
    return new TextDecoder(pending.charset).decode(octets);
  } catch (error) {
    // An unknown charset: the octets are shown as Latin-1, better than nothing.
    if (!(error instanceof RangeError)) throw error;
    return octets.toString('latin1');
  }
}

/** RFC 2152: no browser reads it any more, some mail programs do, and an "@" in it is none for whoever does not. */
const UTF_7 = /^(?:x-)?(?:cs)?(?:utf-?7|unicode(?:-?\d-?\d)?-?utf-?7)$/i;

function decodeUtf7(text: string): string {
  return text.replaceAll(/\+([A-Za-z0-9+/]*)-?/g, (_, base64: string) => {
    if (base64 === '') return '+';
    const octets = Buffer.from(base64, 'base64');
    return octets
      .subarray(0, octets.length & ~1)
      .swap16()
      .toString('utf16le');
  });
}
