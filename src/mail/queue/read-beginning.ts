// The beginning of the content of a queued message, for people: read on the read thread, opened where it is sealed.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { QueueId } from '../message.ts';
import { SEALED_SUFFIX } from './body-store.ts';
import { readBody } from './queue-read.ts';
import { type ContentKeys, isSealed, openBytes, plainSize, sealedOctetsFor } from './sealed-content.ts';

/** The first octets of a content, and how many it has. */
export interface ContentBeginning {
  bytes: Uint8Array;
  size: number;
}

/**
 * The first `most` octets of a message's content; nothing where the queue does not have it (any more). Throws where the
 * file cannot be read, or what is sealed does not open.
 */
export function readBeginning(
  queue: DatabaseSync,
  { id, most, bodies, keys }: { id: QueueId; most: number; bodies: string; keys: ContentKeys },
): ContentBeginning | undefined {
  const body = readBody(queue, id);
  if (body === undefined) return undefined;
  if (body.kind === 'file') {
    if (!body.name.endsWith(SEALED_SUFFIX)) return beginningOf(join(bodies, body.name), most);
    const { bytes, size } = beginningOf(join(bodies, body.name), sealedOctetsFor(most));
    return { bytes: openBytes(bytes, { id, keys, most, size }), size: plainSize(size) };
  }
  const { bytes } = body;
  if (!isSealed(bytes)) return { bytes: bytes.subarray(0, most), size: bytes.length };
  return { bytes: openBytes(bytes, { id, keys, most }), size: plainSize(bytes.length) };
}

function beginningOf(path: string, most: number): ContentBeginning {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = new Uint8Array(Math.min(size, most));
    return { bytes: bytes.subarray(0, readSync(file, bytes)), size };
  } finally {
    closeSync(file);
  }
}
