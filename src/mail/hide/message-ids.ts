// Message-IDs that name an inside host become ids of ours, always the same for the same id, so that threads hold; and
// an answer's reference to one can be turned back. Nothing is kept for it: the new id holds the old one, enciphered.

import { hash } from 'node:crypto';
import type { Config } from '../../platform/config/schema.ts';
import type { CustomerId } from '../message.ts';

export interface MessageIds {
  /** The id that stands for this one outside (both without brackets). */
  hide(customer: CustomerId, id: string): string;
  /** What `hide` was given for this customer; `undefined` for any other id. */
  reveal(customer: CustomerId, id: string): string | undefined;
  /** Whether the id has the form of one of ours. */
  isHidden(id: string): boolean;
}

/** Octets of the check value, which is also what makes one cipher stream differ from another. */
const TAG_OCTETS = 10;
/** A SHA-512: one for nearly every id. */
const BLOCK_OCTETS = 64;
/** RFC 5322 2.1.1: lines have 998 characters at most. Longer ids are only hashed, and cannot be turned back. */
const LONGEST_ID = 240;
/** The mark of an enciphered id, and of a hashed one. */
const CIPHERED = 'em1.';
const HASHED = 'em2.';
const HASH_DIGITS = 32;

const TOKEN = /^em[12]\.[A-Za-z0-9_-]{14,400}$/;

/**
 * Ids at `domain` (a name that stays; the same on all nodes that share the key). Deterministic authenticated
 * encryption by one keyed hash (as RFC 5297 does it with AES): the tag is the hash of the id, and the stream that the id
 * is added to grows from the tag. The customer is part of the key, so that no customer's id is turned back for another.
 */
export function createMessageIds(secret: Uint8Array, domain: string): MessageIds {
  const key = hash('sha256', `${Buffer.from(secret).toString('hex')} message-id`);
  const suffix = `@${domain.toLowerCase()}`;

  function crypt(tag: string, octets: Buffer): Buffer {
    const prefix = `${key} stream ${tag} `;
    const out = Buffer.allocUnsafe(octets.length);
    for (let start = 0; start < octets.length; start += BLOCK_OCTETS) {
      const block = hash('sha512', `${prefix}${start}`, 'buffer');
      const end = Math.min(octets.length, start + BLOCK_OCTETS);
      for (let i = start; i < end; i++) out[i] = (octets[i] ?? 0) ^ (block[i - start] ?? 0);
    }
    return out;
  }

  const tagOf = (customer: CustomerId, id: string) =>
    hash('sha256', `${key} tag ${customer}\n${id}`).slice(0, 2 * TAG_OCTETS);

  return {
    hide(customer, id) {
      if (id.length > LONGEST_ID) {
        return `${HASHED}${hash('sha256', `${key} long ${customer}\n${id}`).slice(0, HASH_DIGITS)}${suffix}`;
      }
      const tag = tagOf(customer, id);
      const stream = crypt(tag, Buffer.from(id, 'latin1'));
      return `${CIPHERED}${Buffer.concat([Buffer.from(tag, 'hex'), stream]).toString('base64url')}${suffix}`;
    },
    reveal(customer, id) {
      if (!id.startsWith(CIPHERED) || !isToken(id, suffix)) return undefined;
      const octets = Buffer.from(id.slice(CIPHERED.length, -suffix.length), 'base64url');
      const tag = octets.toString('hex', 0, TAG_OCTETS);
      const found = crypt(tag, octets.subarray(TAG_OCTETS)).toString('latin1');
      return tagOf(customer, found) === tag ? found : undefined;
    },
    isHidden: (id) => isToken(id, suffix),
  };
}

/** The ids of this relay. */
export function messageIdsOf({ hide, node }: Pick<Config, 'hide' | 'node'>, secret: Uint8Array): MessageIds {
  return createMessageIds(secret, hide.message_id_domain ?? node.hostname);
}

function isToken(id: string, suffix: string): boolean {
  return id.toLowerCase().endsWith(suffix) && TOKEN.test(id.slice(0, -suffix.length));
}
