// Addresses in running text, found from their "@" outwards: time grows with the text, whatever it is.

export interface FoundAddress {
  address: string;
  /** First character of it in the text, and past its last one. */
  start: number;
  end: number;
}

const LONGEST_LOCAL = 128;
const LONGEST_DOMAIN = 255;
const LOCAL = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\uffff-]/;
const DOMAIN = /[A-Za-z0-9.\u0080-\uffff-]/;

/** The addresses of one line, in order; at most `most`. */
export function addressesIn(line: string, most = 10): FoundAddress[] {
  const found: FoundAddress[] = [];
  for (let at = line.indexOf('@'); at >= 0 && found.length < most; at = line.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(line[start - 1] ?? '')) start--;
    let end = at + 1;
    while (end < line.length && end - at < LONGEST_DOMAIN && DOMAIN.test(line[end] ?? '')) end++;
    const address = tidied(line.slice(start, at), line.slice(at + 1, end));
    if (address !== undefined) found.push({ address, start, end });
  }
  return found;
}

/** Punctuation of the sentence around it is taken off. */
function tidied(local: string, domain: string): string | undefined {
  const name = domain.replace(/[.-]{1,9}$/, '');
  const user = local.replace(/^['`=*/|{]{1,9}/, '').replace(/^rfc822;/i, '');
  if (user === '' || !/[A-Za-z0-9\u0080-\uffff]/.test(name)) return undefined;
  return `${user}@${name}`;
}
