// Content of held messages at rest: AES-256-GCM in chunks under a key of the message's own, derived (HKDF) from the
// content key and bound to the id of the message. What is sealed begins with an octet that no stored header begins with
// (openHeader puts an empty line before it), names its content key, and tells by its size which chunk is the last: a part
// that is changed, moved, cut off or another message's does not open.

import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { QueueId } from '../message.ts';

/** A key that content is sealed under, derived from a master key: it opens nothing else. Threads are given these. */
export interface ContentKey {
  id: Uint8Array;
  key: Uint8Array;
}

/** The present key first, then those of former master keys, which only open. */
export type ContentKeys = readonly ContentKey[];

const MAGIC = Buffer.from('\0EMSEAL1', 'latin1');
const ID_OCTETS = 4;
const SALT_OCTETS = 32;
const KEY_OCTETS = 32;
const TAG_OCTETS = 16;
/** What stands before the chunks. */
export const SEAL_HEAD_OCTETS = MAGIC.length + ID_OCTETS + SALT_OCTETS;
/** Plain octets of a chunk: small enough to read a beginning without the rest. */
export const CHUNK_OCTETS = 64 * 1024;
const SEALED_CHUNK = CHUNK_OCTETS + TAG_OCTETS;

/** Derives the keys of content from the master keys, the present one first. */
export function contentKeys(masters: readonly Uint8Array[]): ContentKey[] {
  return masters.map((master) => {
    const key = derive(master, '', 'easymail content key');
    return { id: createHash('sha256').update(key).digest().subarray(0, ID_OCTETS), key };
  });
}

/** Whether content is sealed, by how it begins. */
export function isSealed(beginning: Uint8Array): boolean {
  return beginning[0] === 0 && MAGIC.equals(beginning.subarray(0, MAGIC.length));
}

/** Octets of the content that is sealed in so many. */
export function plainSize(sealedSize: number): number {
  const rest = sealedSize - SEAL_HEAD_OCTETS;
  return rest - chunksIn(rest) * TAG_OCTETS;
}

/** Seals content that is in memory. */
export function sealBytes(bytes: Uint8Array, id: QueueId, keys: ContentKeys): Buffer {
  const sealer = new Sealer(id, keys);
  return Buffer.concat([sealer.head, ...sealer.add(bytes), sealer.end()]);
}

/** Seals content as it comes. */
export async function* sealStream(
  content: AsyncIterable<Uint8Array>,
  id: QueueId,
  keys: ContentKeys,
): AsyncGenerator<Uint8Array> {
  const sealer = new Sealer(id, keys);
  yield sealer.head;
  for await (const bytes of content) yield* sealer.add(bytes);
  yield sealer.end();
}

class Sealer {
  readonly head: Buffer;
  readonly #key: Buffer;
  #waiting = Buffer.alloc(0);
  #chunk = 0;

  constructor(id: QueueId, [present]: ContentKeys) {
    if (present === undefined) throw new Error('content cannot be sealed without a key');
    this.head = Buffer.concat([MAGIC, present.id, randomBytes(SALT_OCTETS)]);
    this.#key = messageKey(present, this.head, id);
  }

  /** Chunks that are whole; the last of the content waits for `end`. */
  add(bytes: Uint8Array): Buffer[] {
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    const sealed: Buffer[] = [];
    let at = 0;
    for (; this.#waiting.length - at > CHUNK_OCTETS; at += CHUNK_OCTETS) {
      sealed.push(this.#seal(this.#waiting.subarray(at, at + CHUNK_OCTETS), false));
    }
    this.#waiting = this.#waiting.subarray(at);
    return sealed;
  }

  end(): Buffer {
    return this.#seal(this.#waiting, true);
  }

  #seal(plain: Buffer, last: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#chunk++, last)).setAAD(this.head);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }
}

/**
 * Opens chunk after chunk of sealed content. Throws where no key of ours opens it, where it is another message's, and at
 * the first chunk that was changed: what came before it is right.
 */
export class Opener {
  readonly #head: Buffer;
  readonly #key: Buffer;
  readonly #chunks: number;

  /** `head`: the first SEAL_HEAD_OCTETS at least. `size`: of all that is sealed. */
  constructor(head: Uint8Array, { size, id, keys }: { size: number; id: QueueId; keys: ContentKeys }) {
    this.#head = Buffer.from(head.subarray(0, SEAL_HEAD_OCTETS));
    const named = this.#head.subarray(MAGIC.length, MAGIC.length + ID_OCTETS);
    const content = keys.find((key) => named.equals(key.id));
    if (!isSealed(head) || content === undefined) {
      throw new Error(`the content of ${id} was sealed with a master key that is not named (docs/quarantine.md)`);
    }
    this.#key = messageKey(content, this.#head, id);
    this.#chunks = chunksIn(size - SEAL_HEAD_OCTETS);
  }

  /** The octets of chunk `number` as they were. */
  open(sealed: Uint8Array, number: number): Buffer {
    const at = sealed.length - TAG_OCTETS;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(number, number === this.#chunks - 1), {
      authTagLength: TAG_OCTETS,
    });
    decipher.setAAD(this.#head).setAuthTag(sealed.subarray(at));
    const plain = decipher.update(sealed.subarray(0, at));
    return Buffer.concat([plain, decipher.final()]);
  }
}

/** Opens the first `most` octets (default: all) of sealed content that is in memory. Throws as `Opener` does. */
export function openBytes(
  sealed: Uint8Array,
  { id, keys, most = Number.POSITIVE_INFINITY, size = sealed.length }: OpenOptions,
): Buffer {
  const opener = new Opener(sealed, { size, id, keys });
  const plain: Buffer[] = [];
  let octets = 0;
  for (let number = 0; octets < most && chunkAt(number) < sealed.length; number++) {
    const chunk = opener.open(sealed.subarray(chunkAt(number), chunkAt(number + 1)), number);
    plain.push(chunk);
    octets += chunk.length;
  }
  const all = Buffer.concat(plain);
  // Cut off between two chunks, nothing would be wrong with those that are left but that none of them is the last.
  if (most >= plainSize(size) && all.length !== plainSize(size)) throw new Error(`the content of ${id} is cut off`);
  return all.subarray(0, most);
}

export interface OpenOptions {
  id: QueueId;
  keys: ContentKeys;
  most?: number;
  /** Of all that is sealed, where only its beginning is given. */
  size?: number;
}

/** Where a chunk begins in sealed content. */
export function chunkAt(number: number): number {
  return SEAL_HEAD_OCTETS + number * SEALED_CHUNK;
}

/** Sealed octets that hold the first `most` of the content. */
export function sealedOctetsFor(most: number): number {
  return chunkAt(Math.max(1, Math.ceil(most / CHUNK_OCTETS)));
}

function chunksIn(octets: number): number {
  return Math.max(1, Math.ceil(octets / SEALED_CHUNK));
}

/** The salt is new for each message, so no nonce is ever used twice under one key. */
function messageKey({ key }: ContentKey, head: Buffer, id: QueueId): Buffer {
  return derive(key, head.subarray(MAGIC.length + ID_OCTETS, SEAL_HEAD_OCTETS), `easymail content of ${id}`);
}

function derive(key: Uint8Array, salt: Uint8Array | string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, KEY_OCTETS));
}

/** NIST SP 800-38D 8.2.1: deterministic; the number of the chunk, and whether it is the last. */
function nonceOf(chunk: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}
