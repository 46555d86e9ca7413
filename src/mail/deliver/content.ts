// The content as it leaves: what we put before it, and the content itself, untouched.

import { isAscii } from 'node:buffer';
import type { Content } from '../../network/smtp-transaction.ts';
import type { CustomerId, MessageMeta } from '../message.ts';
import { forwardStamp } from './forward-stamp.ts';
import { loopHeader } from './loop-mark.ts';

/** Gives the content anew on each call, as it was stored; may reject, then the recipients are deferred. */
export type ContentSource = () => Content | Promise<Content>;

/** The field by which a forward of this message will be known; empty for everyone but a customer's mail hosts. */
export function stampField(meta: MessageMeta, stampFor: CustomerId | undefined, returnKey: Uint8Array): string {
  if (stampFor === undefined) return '';
  return forwardStamp(meta.id, { customer: stampFor, author: meta.headerFrom ?? '' }, returnKey);
}

/** The header fields that we put before the content, for these recipients of one transaction. */
export function headerPrefix(meta: MessageMeta, recipients: readonly string[], loopSecret: Uint8Array): string {
  return meta.received + loopHeader(loopSecret, meta.direction, recipients, meta.foldedHops);
}

/**
 * Lets go of content that may not have been read to its end. A generator that was never begun does not run its clean-up
 * when it is told to return, and would keep its file open: so it is begun first. Never rejects.
 */
export async function release(content: Content): Promise<void> {
  if (content.kind === 'bytes') return;
  const iterator = content.chunks[Symbol.asyncIterator]();
  try {
    await iterator.next();
    await iterator.return?.();
  } catch {
    // What could not be read needs no more clean-up, and nothing of it was wanted.
  }
}

/**
 * RFC 6152 3: whether content that nobody declared may hold octets beyond ASCII, as many servers send it. A large one is
 * not read for it: declaring more than there is does no harm.
 */
export function mayHoldEightBit(content: Content): boolean {
  return content.kind === 'stream' || !isAscii(content.bytes);
}
