// The content of queued messages for delivery: from memory while the message is fresh, else from the queue.

import type { FileHandle } from 'node:fs/promises';
import type { Content } from '../network/smtp-transaction.ts';
import type { ContentSource } from './deliver/content.ts';
import type { WholeContent } from './inspect/inspection.ts';
import type { BodyReader } from './queue/body-reader.ts';

/** Octets read at once from the file of a large body. */
const READ_OCTETS = 256 * 1024;
/** A notice quotes at most this much of the header of the message it is about. */
const HEADER_OCTETS = 64 * 1024;

/** Content that is still in this thread's memory. */
export function contentInMemory(bytes: Uint8Array): ContentSource {
  return () => ({ kind: 'bytes', bytes });
}

/** Content that lies in the queue. Rejects, when it is asked for, where it is not there. */
export function contentInQueue(
  reader: Pick<BodyReader, 'open'>,
  work: { row: number; bodyFile?: string },
): ContentSource {
  return async (): Promise<Content> => {
    const stored = await reader.open(work);
    switch (stored.kind) {
      case 'bytes':
        return stored;
      case 'file':
        return { kind: 'stream', chunks: chunksOf(stored.file) };
      case 'sealed':
        return { kind: 'stream', chunks: stored.chunks };
      case 'gone':
        throw new Error(`the content of message row ${work.row} is not in the queue`);
      default:
        return stored satisfies never;
    }
  };
}

/** Content of so many octets, as checks are given it. */
export function contentForChecks(content: ContentSource, size: number): WholeContent {
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    const given = await content();
    if (given.kind === 'bytes') yield given.bytes;
    else yield* given.chunks;
  };
  return {
    size,
    stream,
    async bytes() {
      const given = await content();
      return given.kind === 'bytes' ? given.bytes : Buffer.concat(await Array.fromAsync(given.chunks));
    },
  };
}

/** The header section of the content, cut off where it is very long; nothing where the content cannot be read. */
export async function headerOf(content: ContentSource): Promise<Uint8Array | undefined> {
  try {
    const given = await content();
    const start = given.kind === 'bytes' ? given.bytes : await firstOf(given.chunks);
    const octets = Buffer.from(start.buffer, start.byteOffset, Math.min(start.byteLength, HEADER_OCTETS));
    const end = octets.indexOf('\r\n\r\n');
    return end === -1 ? octets : octets.subarray(0, end + 2);
  } catch {
    // A notice without the header of the message is better than none.
    return undefined;
  }
}

/** The whole content where it has no more than `most` octets; nothing where it is larger or cannot be read. */
export async function wholeOf(content: ContentSource, most: number): Promise<Uint8Array | undefined> {
  try {
    const given = await content();
    if (given.kind === 'bytes') return given.bytes.byteLength <= most ? given.bytes : undefined;
    const chunks: Uint8Array[] = [];
    let octets = 0;
    for await (const chunk of given.chunks) {
      octets += chunk.byteLength;
      if (octets > most) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    // As above.
    return undefined;
  }
}

async function firstOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const chunk of chunks) return chunk;
  return new Uint8Array(0);
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_OCTETS), 0, READ_OCTETS);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
