// RFC 9989 5.3.1: the domains that inbound mail names as its authors. Whose mail it is has to be told from exactly one
// From field; readers differ in which of several they show.

import { parseAddressList } from '../../../protocol/mime/address-list.ts';
import { fieldsNamed, fieldText, type HeaderSection } from '../../../protocol/mime/header.ts';
import { shownAddresses } from '../../../protocol/mime/shown-address.ts';

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
  // Software that writes the very same field twice does not make anybody somebody else.
  const [text, ...others] = new Set(fieldsNamed(header, 'from').map((field) => fieldText(header, field)));
  if (text === undefined) return { kind: 'none' };
  if (others.length > 0) return { kind: 'ambiguous', reason: 'there are several From fields' };
  const list = parseAddressList(text);
  if (list.kind === 'unreadable') return { kind: 'ambiguous', reason: 'From cannot be read' };
  // Words alone name nobody, but readers show them.
  if (list.mailboxes.length === 0 && shownAddresses(text).length > 0) {
    return { kind: 'ambiguous', reason: 'From shows an address and names none' };
  }
  // An address literal is no domain, and has no policy.
  const domains = new Set(list.mailboxes.map(({ domain }) => domain).filter((one) => !one.startsWith('[')));
  const [first, ...more] = domains;
  if (first === undefined) return { kind: 'none' };
  if (more.length >= MOST_DOMAINS) return { kind: 'ambiguous', reason: 'From names too many domains' };
  return { kind: 'domains', domains: [first, ...more] };
}
