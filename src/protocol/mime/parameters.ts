// RFC 2045 5.1, RFC 2231: the value of a structured MIME field and its parameters.

export interface MimeValue {
  /** Before the first semicolon, lower case, such as `multipart/report`. */
  value: string;
  /** By lower-case name; the first of a name counts. */
  parameters: ReadonlyMap<string, string>;
}

/** More is no field of an honest mail. */
const MOST_PARAMETERS = 50;
const MOST_TEXT = 10_000;

/** Reads what can be read: a faulty parameter ends the list. */
export function parseMimeValue(text: string): MimeValue {
  const whole = text.slice(0, MOST_TEXT);
  const first = whole.indexOf(';');
  // White space ends it too: some forget the semicolon.
  const value = /^\s*(\S*)/.exec(first < 0 ? whole : whole.slice(0, first))?.[1]?.toLowerCase() ?? '';
  const parameters = new Map<string, string>();
  let at = first < 0 ? whole.length : first + 1;
  while (at < whole.length && parameters.size < MOST_PARAMETERS) {
    const equals = whole.indexOf('=', at);
    if (equals < 0) break;
    const name = whole
      .slice(at, equals)
      .replaceAll(/[\s;]+/g, '')
      .toLowerCase();
    const given = parameterValue(whole, equals + 1);
    if (name !== '' && !parameters.has(name)) parameters.set(name, given.text);
    at = given.end;
  }
  return { value, parameters };
}

/** A token or a quoted string from `start` on, and where the next parameter begins. */
function parameterValue(whole: string, start: number): { text: string; end: number } {
  let at = start;
  while (whole[at] === ' ' || whole[at] === '\t') at++;
  if (whole[at] !== '"') {
    const end = whole.indexOf(';', at);
    const stop = end < 0 ? whole.length : end;
    return { text: whole.slice(at, stop).trim(), end: stop + 1 };
  }
  let text = '';
  for (at += 1; at < whole.length && whole[at] !== '"'; at++) {
    if (whole[at] === '\\') at++; // RFC 5322 3.2.1: the octet behind a backslash stands for itself
    text += whole[at] ?? '';
  }
  const end = whole.indexOf(';', at);
  return { text, end: end < 0 ? whole.length : end + 1 };
}
