// What MAIL FROM says to the receiver where that is not the sender: an SRS address for a forward, a tag of ours by the
// customer's setting. Bounces then come to us, and `authorise/own-addresses.ts` leads them on.
//
// A tag names the recipient where it can: a message with one recipient has it from the start; a message with several
// gets one in each transaction that has a single recipient. Bulk mail has such transactions only, over the same
// connections; other mail keeps its recipients together, and a bounce then names its recipient itself.

import { srsForward } from '../../protocol/srs/srs.ts';
import type { CustomerFact } from '../authorise/directory.ts';
import { BUSINESS_STREAM, type MessageMeta, type QueueId } from '../message.ts';
import { makeReturnTag } from './return-tag.ts';

export interface EnvelopeFromOptions {
  /** Key of tags and of SRS. */
  key: Uint8Array;
  /** Domain of return paths. */
  domain: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** What the decision hangs on. */
export interface OutboundEnvelope {
  id: QueueId;
  customer: CustomerFact;
  /** Empty for the null sender. */
  sender: string;
  /** The sender is no customer's: a forward. */
  foreignSender: boolean;
  /** Recipients of the message. */
  recipients: number;
}

/**
 * The address that stands for the sender of an outbound message; `undefined` where the sender itself is said. A forward
 * whose sender does not fit into an SRS address gets a tag, which leads back by the trace.
 */
export function envelopeFrom(message: OutboundEnvelope, options: EnvelopeFromOptions): string | undefined {
  const { customer, foreignSender, id, recipients, sender } = message;
  if (sender === '' || (!foreignSender && customer.returnPath === 'sender')) return undefined;
  const at = sender.lastIndexOf('@');
  const domain = sender.slice(at + 1).toLowerCase();
  // It has a return path of ours already, and a bounce finds its way back by that.
  if (domain === options.domain) return undefined;
  const srs = foreignSender ? srsForward({ localPart: sender.slice(0, at), domain }, options) : undefined;
  if (srs !== undefined) return srs;
  const tag = recipients === 1 ? { id, index: 0 } : { id };
  return `${makeReturnTag(tag, options.key)}@${options.domain}`;
}

/** Whether MAIL FROM has a tag for the message as a whole. */
function hasWholeTag(meta: MessageMeta): boolean {
  return meta.envelopeFrom?.startsWith(`bounce-${meta.id}-m-`) === true;
}

/** What MAIL FROM says in a transaction with these recipients (by index). */
export function senderOnWire(meta: MessageMeta, recipients: readonly { index: number }[], key: Uint8Array): string {
  const given = meta.envelopeFrom;
  if (given === undefined) return meta.sender;
  const [only, ...others] = recipients;
  if (only === undefined || others.length > 0 || !hasWholeTag(meta)) return given;
  return makeReturnTag({ id: meta.id, index: only.index }, key) + given.slice(given.indexOf('@'));
}

/** Recipients of one transaction at most: one where bulk mail has a return path of ours, so that each has its own. */
export function recipientsATransaction(meta: MessageMeta, usual: number): number {
  return meta.stream !== BUSINESS_STREAM && hasWholeTag(meta) ? 1 : usual;
}
