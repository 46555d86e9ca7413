// RFC 6152 3: content for a receiver that does not offer 8BITMIME. Rare, so it may cost: the content is read through
// first, and taken into memory where it has to be converted.

import { isAscii } from 'node:buffer';
import type { Content } from '../../network/smtp-transaction.ts';
import { convertTo7Bit } from '../../protocol/mime/convert-to-7bit.ts';
import type { ContentSource } from './content.ts';

/** Larger messages are returned: what is converted lies in memory until it is sent. */
const LARGEST = 32 * 1024 * 1024;
/** Octets of converted messages in memory at once, a thread. */
const MOST_HELD = 64 * 1024 * 1024;

export type SevenBitContent =
  /** `converted`: it is another content now than the stored one. `held`: for `done`, once it was sent. */
  | { kind: 'content'; content: Content; converted: boolean; held: number }
  | { kind: 'impossible'; detail: string }
  /** Too much is being converted at this time. */
  | { kind: 'later' };

/** Converts for one thread, and counts what it holds in memory. */
export class SevenBit {
  #held = 0;

  /** The content in 7 bits. `given` is used up; `source` gives it anew. Rejects where the content cannot be read. */
  async content(given: Content, source: ContentSource): Promise<SevenBitContent> {
    if (given.kind === 'bytes') return converted(given.bytes, 0);
    const octets = await octetsUnlessAscii(given.chunks);
    if (octets > LARGEST) return { kind: 'impossible', detail: 'it is too large to be converted to 7 bits' };
    if (octets + this.#held > MOST_HELD) return { kind: 'later' };
    const again = await source();
    if (again.kind === 'bytes') return converted(again.bytes, 0);
    if (octets === 0) return { kind: 'content', content: again, converted: false, held: 0 };
    this.#held += octets;
    let result: SevenBitContent | undefined;
    try {
      result = converted(await wholeOf(again.chunks), octets);
      return result;
    } finally {
      if (result?.kind !== 'content') this.done(octets);
    }
  }

  /** What was held for a content is not held any more. */
  done(held: number): void {
    this.#held -= held;
  }
}

/** All octets of the content; 0 where none of them has the eighth bit. */
async function octetsUnlessAscii(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let octets = 0;
  let ascii = true;
  for await (const chunk of chunks) {
    octets += chunk.length;
    ascii &&= isAscii(chunk);
  }
  return ascii ? 0 : octets;
}

async function wholeOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

function converted(bytes: Uint8Array, held: number): SevenBitContent {
  const result = convertTo7Bit(bytes);
  switch (result.kind) {
    case 'unchanged':
      return { kind: 'content', content: { kind: 'bytes', bytes }, converted: false, held };
    case 'converted':
      return { kind: 'content', content: { kind: 'bytes', bytes: result.bytes }, converted: true, held };
    case 'impossible':
      return { kind: 'impossible', detail: `8-bit content cannot be converted: ${result.obstacle}` };
    default:
      return result satisfies never;
  }
}
