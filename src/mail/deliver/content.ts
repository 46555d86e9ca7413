// The content as it leaves: what we put before it, and the content itself, untouched.

import type { Content } from '../../network/smtp-transaction.ts';
import type { MessageMeta } from '../message.ts';
import { loopHeader } from './loop-mark.ts';

/** Gives the content anew on each call, as it was stored; may reject, then the recipients are deferred. */
export type ContentSource = () => Content | Promise<Content>;

/** The header fields that we put before the content, for these recipients of one transaction. */
export function headerPrefix(meta: MessageMeta, recipients: readonly string[], loopSecret: Uint8Array): string {
  // Rewriting and signing take their place here: both change or read the header that is sent to these recipients.
  return meta.received + loopHeader(loopSecret, meta.direction, recipients);
}

/**
 * RFC 6531 3.2 as far as we can see it: whether the message can not travel without SMTPUTF8. A client may have asked
 * for it with nothing but ASCII in the addresses and the header.
 */
export function needsSmtpUtf8(
  meta: MessageMeta,
  recipients: readonly string[],
  before: string,
  content: Content,
): boolean {
  if (!meta.smtpUtf8) return false;
  if (![meta.sender, before, ...recipients].every(isAscii)) return true;
  // A large content is not read for it.
  if (content.kind === 'stream') return true;
  const bytes = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength);
  const end = bytes.indexOf('\r\n\r\n');
  return !isAscii(bytes.toString('latin1', 0, end === -1 ? bytes.length : end));
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
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
