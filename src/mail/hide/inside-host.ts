// Which host names in Message-IDs belong to the customer's own network. It is told by the name alone, and by what the
// directory and the session know: the same id must get the same answer in every message of a thread.

import { isIP } from 'node:net';
import type { CustomerFact, Directory } from '../authorise/directory.ts';

/** RFC 6761, RFC 6762, RFC 8375, and names that are used inside and were never given out (ICANN name collision). */
const INSIDE_TOPS: ReadonlySet<string> = new Set(
  'local localdomain localhost localnet lan internal intern intranet intra corp home priv private workgroup invalid'.split(
    ' ',
  ),
);
/** Longer names are no host names (RFC 1035 2.3.4). */
const LONGEST_HOST = 253;

export interface InsideQuestion {
  customer: CustomerFact;
  directory: Pick<Directory, 'domain'>;
  /** What the customer's server said in EHLO. */
  helo: string;
  /** Ids at the customer's own mail domains count too. */
  strict: boolean;
}

/** Whether the name or address (lower case, no dot at its end) means nothing on the Internet, or is an address at all. */
export function isPrivateName(host: string): boolean {
  if (host.startsWith('[') || isIP(host) !== 0) return true;
  const top = host.lastIndexOf('.');
  return top < 0 || INSIDE_TOPS.has(host.slice(top + 1)) || host.endsWith('.home.arpa');
}

/** Whether a host in a Message-ID is of the customer's own network. */
export function isInsideHost(written: string, question: InsideQuestion): boolean {
  const host = written.toLowerCase().replace(/\.$/, '');
  if (host === '' || host.length > LONGEST_HOST) return false;
  if (isPrivateName(host)) return true;
  const { customer, directory, helo, strict } = question;
  if (isOrBelow(host, helo.toLowerCase())) return !isOwnDomain(host, customer, directory) || strict;
  if (customer.mailhosts.some((mailhost) => isOrBelow(host, mailhost.host.toLowerCase()))) {
    return !isOwnDomain(host, customer, directory) || strict;
  }
  if (isOwnDomain(host, customer, directory)) return strict;
  for (let dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
    if (isOwnDomain(host.slice(dot + 1), customer, directory)) return true;
  }
  return false;
}

/** A name of two labels may be a public one that thousands share: only itself counts, nothing below it. */
function isOrBelow(host: string, name: string): boolean {
  if (host === name) return true;
  return host.endsWith(`.${name}`) && name.indexOf('.') !== name.lastIndexOf('.');
}

function isOwnDomain(name: string, customer: CustomerFact, directory: Pick<Directory, 'domain'>): boolean {
  const fact = directory.domain(name);
  return fact?.name === name && fact.customer === customer.id;
}
