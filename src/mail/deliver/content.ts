// The content as it leaves: what we put before it, and the content itself, untouched.

import type { MessageMeta } from '../message.ts';
import { loopHeader } from './loop-mark.ts';

/** Content as it was stored: CRLF line ends, dots not doubled. */
export type Content =
  | { kind: 'bytes'; bytes: Uint8Array }
  /** For large bodies; iterated once. */
  | { kind: 'stream'; chunks: AsyncIterable<Uint8Array> };

/** Gives the content anew on each call; may reject, then the recipients are deferred. */
export type ContentSource = () => Content | Promise<Content>;

/** The header fields that we put before the content, for these recipients of one transaction. */
export function headerPrefix(meta: MessageMeta, recipients: readonly string[], loopSecret: Uint8Array): string {
  // Rewriting and signing take their place here: both change or read the header that is sent, per recipient's host.
  return meta.received + loopHeader(loopSecret, meta.direction, recipients);
}
