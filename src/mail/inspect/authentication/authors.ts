// RFC 9989 5.3.1: the domains that inbound mail names as its authors. Whose mail it is has to be told from exactly one
// From field; readers differ in which of several they show.

import { parseAddressList } from '../../../protocol/mime/address-list.ts';
import { fieldsNamed, fieldText, type HeaderSection } from '../../../protocol/mime/header.ts';

/**
 * `none`: no From, or one that names nobody. `ambiguous`: it cannot be told for certain whom readers will see. Domains are
 * lower-case A-labels; there is nearly always one.
 */
export type Authors =
  | { kind: 'none' }
  | { kind: 'domains'; domains: readonly [string, ...string[]] }
  | { kind: 'ambiguous'; reason: string };

/** RFC 5322 3.6.2 allows several authors. More domains than this are nobody's mail. */
const MOST_DOMAINS = 4;

/** Reads From of inbound mail. */
export function authorsOf(header: HeaderSection): Authors {
  const fields = fieldsNamed(header, 'from');
  const lists: string[][] = [];
  for (const field of fields) {
    const list = parseAddressList(fieldText(header, field));
    if (list.kind === 'unreadable') return { kind: 'ambiguous', reason: 'From cannot be read' };
    // An address literal is no domain, and has no policy.
    const mailboxes = list.mailboxes.filter(({ domain }) => !domain.startsWith('['));
    lists.push(mailboxes.map(({ localPart, domain }) => `${localPart}@${domain}`));
  }
  // Software that writes the very same field twice does not make anybody somebody else.
  if (new Set(lists.map((list) => list.join())).size > 1) {
    return { kind: 'ambiguous', reason: `there are ${fields.length} From fields` };
  }
  const [first, ...more] = new Set(lists[0]?.map((address) => address.slice(address.lastIndexOf('@') + 1)));
  if (first === undefined) return { kind: 'none' };
  if (more.length >= MOST_DOMAINS) return { kind: 'ambiguous', reason: 'From names too many domains' };
  return { kind: 'domains', domains: [first, ...more] };
}
