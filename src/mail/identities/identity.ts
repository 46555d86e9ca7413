// Whose habits are looked at: the senders of a customer. What one of them does is never held against another.

import { normal } from '../trace/trace-words.ts';

/**
 * `sender`: the address of MAIL FROM. `from`: that of the From header. `login`: the name a session logged in with.
 * `source`: the address of the client.
 */
export type IdentityKind = 'sender' | 'from' | 'login' | 'source';

export interface Identity {
  kind: IdentityKind;
  /** Addresses and logins as they compare: lower case, composed. */
  name: string;
}

/** What a message says of who sent it. */
export interface SentBy {
  /** Empty for the null sender, which is nobody's. */
  sender: string;
  headerFrom?: string | undefined;
  login?: string | undefined;
  ip: string;
}

/** An address or a login as identities are named. */
export function identityName(text: string): string {
  return normal(text);
}

/** All identities behind a message. A From that is the sender is one identity, and not two. */
export function identitiesOf({ sender, headerFrom, login, ip }: SentBy): Identity[] {
  const found: Identity[] = [];
  const from = headerFrom === undefined ? '' : normal(headerFrom);
  const envelope = normal(sender);
  if (envelope !== '') found.push({ kind: 'sender', name: envelope });
  if (from !== '' && from !== envelope) found.push({ kind: 'from', name: from });
  if (login !== undefined) found.push({ kind: 'login', name: normal(login) });
  found.push({ kind: 'source', name: ip });
  return found;
}

/** One text for both, for maps and rows. */
export function identityKey({ kind, name }: Identity): string {
  return `${kind}:${name}`;
}

/** Behind which many people may be: what one of them does is not its own, what a crowd of them does is. */
export function isShared(kind: IdentityKind): boolean {
  return kind === 'source' || kind === 'login';
}
