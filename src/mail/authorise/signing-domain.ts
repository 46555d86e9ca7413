// RFC 6376: which keys sign a message. From's domain decides, or the registered domain above it; and only where the
// customer may send for it: what a customer forwards with a stranger's From is never signed as the stranger.

import type { HeaderEdit } from '../../protocol/mime/header.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import type { CustomerId, MessageMeta } from '../message.ts';
import type { Directory, DomainFact, SigningKeyFact } from './directory.ts';
import { rightToSend } from './sending-right.ts';

/** Who signs. */
export interface SigningChoice {
  /** The tag `d`. */
  domain: string;
  keys: readonly SigningKeyFact[];
}

/** The keys for mail of this customer and stream with From of this domain (lower-case A-labels). */
export function signingFor(
  directory: Directory,
  message: { customer: CustomerId; stream: string; author: string },
): SigningChoice | undefined {
  const { customer, stream, author } = message;
  let fact = directory.domain(author);
  // Nearly all domains without keys have no parent: nothing more is looked at then.
  for (; fact !== undefined; fact = parentOf(directory, fact)) {
    const keys = keysFor(fact, stream);
    if (keys.length === 0) continue;
    const right = rightToSend(directory, customer, author);
    if (right === undefined || (right.stream !== undefined && right.stream !== stream)) return undefined;
    return { domain: fact.name, keys };
  }
  return undefined;
}

/** The keys for a message on its way out; nothing where it is not to be signed. */
export function signingOf(directory: Directory, meta: MessageMeta, hostname: string): SigningChoice | undefined {
  // A forward was written by whoever sent it in, also where its From says one of the customer's.
  if (meta.direction !== 'outbound' || meta.forward === true || meta.cameIn === true) return undefined;
  if (meta.ours === true) return nodeKeys(directory, hostname, meta.stream);
  const author = meta.authorDomain ?? domainOf(meta.headerFrom);
  return author === undefined ? undefined : signingFor(directory, { ...meta, author });
}

/** The keys of the node's own domain, where that is registered and has some. */
export function nodeKeys(directory: Directory, hostname: string, stream: string): SigningChoice | undefined {
  const fact = directory.domain(hostname);
  return fact === undefined ? undefined : choice(fact, stream);
}

/** Domain of From where these edits rewrite it: a rewritten From names the envelope sender. */
export function rewrittenAuthor(edits: readonly HeaderEdit[], senderDomain: string | undefined): string | undefined {
  const rewritten = edits.some(({ kind, field }) => kind === 'replace' && field.name === 'from');
  return rewritten ? senderDomain : undefined;
}

function choice(fact: DomainFact, stream: string): SigningChoice | undefined {
  const keys = keysFor(fact, stream);
  return keys.length === 0 ? undefined : { domain: fact.name, keys };
}

const NO_KEYS: readonly SigningKeyFact[] = [];

/** Keys of the stream, else those of all streams. Facts are never changed in place, so an answer stays good. */
function keysFor(fact: DomainFact, stream: string): readonly SigningKeyFact[] {
  const all = fact.dkim?.keys ?? NO_KEYS;
  if (all.length === 0 || !fact.verified) return NO_KEYS;
  const own = all.filter((key) => key.stream === stream);
  return own.length > 0 ? own : all.filter((key) => key.stream === '');
}

/** The domain above, if it is the same customer's and stands for the names below it. */
function parentOf(directory: Directory, fact: DomainFact): DomainFact | undefined {
  const dot = fact.name.indexOf('.');
  const parent = dot < 0 ? undefined : directory.domain(fact.name.slice(dot + 1));
  return parent?.subdomains === true && parent.customer === fact.customer ? parent : undefined;
}
