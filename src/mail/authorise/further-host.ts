// Local parts that name a way beyond their domain: `user%host`, `host!user` and `"user@host"`, as mail systems still read
// them.

import { replies } from '../accept/replies.ts';
import type { EnvelopeAddress } from './authorise.ts';
import type { Directory } from './directory.ts';
import { listKey } from './recipients/list-key.ts';
import { type Refusal, refuse } from './refusal.ts';

const FURTHER_HOST = /[%!@].*@/s;

/** Whether the local part of an address may be read as a way beyond its domain. */
export function namesFurtherHost(address: string): boolean {
  return FURTHER_HOST.test(address);
}

/**
 * A customer's mail host trusts us: Postfix, as it comes, would pass such a message on to wherever the local part says, and
 * whoever writes to the customer had an open relay. An address that the customer has on its list of recipients is a
 * mailbox by its word. Other domains' hosts do not trust us, and read it as they like.
 */
export function furtherHostRefusal(
  directory: Directory,
  { text, domain }: Pick<EnvelopeAddress, 'text' | 'domain'>,
): Refusal | undefined {
  const localPart = text.slice(0, text.lastIndexOf('@'));
  if (!namesFurtherHost(text)) return undefined;
  const fact = directory.domain(domain);
  if (fact?.inbound !== true || !fact.verified) return undefined;
  if (directory.recipient(listKey(localPart, domain)) === fact.customer) return undefined;
  return refuse(replies.relayDenied, `the local part names a way beyond ${domain}`);
}
