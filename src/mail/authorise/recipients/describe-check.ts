// What the check of an inbound recipient would come to, for `explain`; no mail host is asked.

import type { Mailbox } from '../../../protocol/smtp/address.ts';
import { replies } from '../../accept/replies.ts';
import type { CustomerId } from '../../message.ts';
import type { Directory } from '../directory.ts';
import type { Refusal } from '../refusal.ts';
import { isListed, isPostmaster } from './recipient-check.ts';

/** In words, or the refusal. */
export function describeCheck(directory: Directory, id: CustomerId, recipient: Mailbox): string | Refusal {
  const check = directory.customer(id)?.recipientCheck ?? 'none';
  if (check === 'none') return `recipients of ${id} are not checked`;
  if (isPostmaster(recipient)) return 'postmaster is always taken';
  if (check === 'call-ahead') return `taken as if the mail host of ${id} knew the recipient`;
  if (isListed(directory, id, recipient)) return `the recipient is on the list of ${id}`;
  return { kind: 'refused', reply: replies.recipientUnknown, reason: `the recipient is not on the list of ${id}` };
}
