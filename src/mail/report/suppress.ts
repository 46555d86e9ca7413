// Which failures mean that an address is not tried again. Few do: a receiver must have said, of this very address, that
// it is gone for good. What is about the message, its sender, the relay or the moment never counts.

import { readSuppressedAddress, type SuppressionRequest } from '../authorise/suppression.ts';
import { type Cause, type MessageMeta, RELAY_CUSTOMER } from '../message.ts';
import { classifyBounce } from './bounce-class.ts';

const MOST_EVIDENCE = 500;

/** The suppression that a refusal for good means, if it means one. */
export function suppressionOf(
  meta: Pick<MessageMeta, 'customer' | 'direction' | 'id' | 'recipientCount'>,
  recipient: string,
  refusal: { cause: Cause; at: number },
): SuppressionRequest | undefined {
  const { cause, at } = refusal;
  if (cause.from !== 'remote' || !mayBeSuppressed(meta)) return undefined;
  // A reply after the content is about all recipients of the transaction; with one it is about that one.
  const aboutOne = cause.stage === 'rcpt' || meta.recipientCount === 1;
  if (!aboutOne || !classifyBounce(cause).gone) return undefined;
  const { code, enhanced = '', text } = cause.reply;
  const said = `${cause.host} said at ${cause.stage}: ${code} ${enhanced} ${text} (message ${meta.id})`;
  return request(meta, recipient, { reason: 'invalid_address', evidence: said, at });
}

/** The suppression that a complaint means. */
export function suppressionOfComplaint(
  meta: Pick<MessageMeta, 'customer' | 'direction' | 'id'>,
  recipient: string,
  complaint: { evidence: string; at: number },
): SuppressionRequest | undefined {
  return mayBeSuppressed(meta) ? request(meta, recipient, { reason: 'complaint', ...complaint }) : undefined;
}

/** Inbound mail is never kept from its recipient, and the relay's own mail belongs to no customer. */
function mayBeSuppressed(meta: Pick<MessageMeta, 'customer' | 'direction'>): boolean {
  return meta.direction === 'outbound' && meta.customer !== RELAY_CUSTOMER;
}

function request(
  { customer }: Pick<MessageMeta, 'customer'>,
  recipient: string,
  why: Pick<SuppressionRequest, 'reason' | 'evidence' | 'at'>,
): SuppressionRequest | undefined {
  const address = readSuppressedAddress(recipient);
  if (address === undefined) return undefined;
  return { customer, address, reason: why.reason, evidence: why.evidence.slice(0, MOST_EVIDENCE), at: why.at };
}
