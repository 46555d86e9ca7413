// Limits and locks of senders as the mail path sees them: one look-up a message.

import { type NamedReply, replies } from '../accept/replies.ts';
import { type ProtectionFacts, protectionKey } from '../inspect/protection.ts';
import type { CustomerId } from '../message.ts';
import { type Identity, type IdentityKind, identityKey } from './identity.ts';

/** A limited identity of a customer; all of a customer are one fact in the directory. */
export interface SenderLimit {
  kind: IdentityKind;
  name: string;
  level: 'slowed' | 'locked';
  /** Slowed: recipients a minute, over all threads. */
  perMinute?: number;
  /** Locked: until then, milliseconds since 1970; absent: until a person has looked. */
  until?: number;
}

/** Key of the list of a customer's limited identities. */
export function limitsKey(customer: CustomerId): string {
  return protectionKey('lock', customer);
}

export interface SenderLimits {
  /** Nothing where the message may go on; else the refusal, and whom it is for. */
  refusal(message: {
    customer: CustomerId;
    identities: readonly Identity[];
    recipients: number;
  }): { reply: NamedReply; limited: Identity } | undefined;
}

/** Slowed identities of which a minute is remembered. */
const REMEMBERED = 10_000;
const MINUTE_MS = 60_000;

/** Makes the limits of one of `threads` relay threads. */
export function createSenderLimits(parts: {
  directory: ProtectionFacts;
  threads: number;
  now: () => number;
}): SenderLimits {
  const { directory, threads, now } = parts;
  let minute = 0;
  let used = new Map<string, number>();
  const spend = (key: string, recipients: number, perMinute: number): boolean => {
    const present = Math.floor(now() / MINUTE_MS);
    if (present !== minute || used.size > REMEMBERED) used = new Map();
    minute = present;
    const spent = used.get(key) ?? 0;
    // One message always goes: a limit slows, and stops nobody.
    if (spent > 0 && spent + recipients > Math.ceil(perMinute / threads)) return false;
    used.set(key, spent + recipients);
    return true;
  };
  return {
    refusal({ customer, identities, recipients }) {
      const limits = directory.protection(limitsKey(customer)) as readonly SenderLimit[] | undefined;
      if (limits === undefined) return undefined;
      const met = identities.flatMap((identity) => {
        const limit = limits.find(({ kind, name }) => kind === identity.kind && name === identity.name);
        return limit === undefined ? [] : [{ identity, limit }];
      });
      for (const { identity, limit } of met.filter((one) => one.limit.level === 'locked')) {
        const reply = lockedReply(limit, now());
        if (reply !== undefined) return { reply, limited: identity };
      }
      for (const { identity, limit } of met) {
        if (!spend(`${customer} ${identityKey(identity)}`, recipients, limit.perMinute ?? 1)) {
          return { reply: replies.senderSlowed, limited: identity };
        }
      }
      return undefined;
    },
  };
}

/** A lock whose time is over slows until main has said what follows. */
function lockedReply({ until }: SenderLimit, now: number): NamedReply | undefined {
  if (until === undefined) return replies.senderLocked;
  return now < until ? replies.senderLockedForNow : undefined;
}
