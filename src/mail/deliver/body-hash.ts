// What signing will need of a message, taken while it arrives: whose From leaves, and the hash of the body, where there
// is a key that would sign.

import { BodyHash } from '../../protocol/dkim/relaxed.ts';
import type { HeaderEdit } from '../../protocol/mime/header.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import type { Directory } from '../authorise/directory.ts';
import { rewrittenAuthor, signingFor } from '../authorise/signing-domain.ts';
import type { CustomerId, MessageMeta } from '../message.ts';

export interface SigningNotes {
  /** Set where From is rewritten. */
  authorDomain: string | undefined;
  /** Takes the body, without the header. */
  hash: BodyHash | undefined;
}

/** Begins the notes for outbound mail, once its header was read. */
export function beginSigning(
  directory: Directory,
  message: {
    customer: CustomerId;
    stream: string;
    edits: readonly HeaderEdit[];
    headerFrom: string | undefined;
    senderDomain: string | undefined;
  },
): SigningNotes {
  const authorDomain = rewrittenAuthor(message.edits, message.senderDomain);
  const author = authorDomain ?? domainOf(message.headerFrom);
  const signs = author !== undefined && signingFor(directory, { ...message, author }) !== undefined;
  return { authorDomain, hash: signs ? new BodyHash() : undefined };
}

/** What is kept of the notes; the body is at its end. */
export function signingMeta(notes: SigningNotes | undefined): Pick<MessageMeta, 'authorDomain' | 'bodyHash'> {
  if (notes === undefined) return {};
  const { authorDomain, hash } = notes;
  return {
    ...(authorDomain !== undefined && { authorDomain }),
    ...(hash !== undefined && { bodyHash: hash.digest() }),
  };
}
