// Reads the content of queued messages for delivery, over a read-only connection of this thread's own.

import { type FileHandle, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { QueueId } from '../message.ts';
import { SEALED_SUFFIX } from './body-store.ts';
import {
  type ContentKeys,
  chunkAt,
  isSealed,
  Opener,
  openBytes,
  plainSize,
  SEAL_HEAD_OCTETS,
} from './sealed-content.ts';

/** Content of a stored message, as octets or as an open file that the caller closes. */
export type StoredBody =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'file'; file: FileHandle; size: number }
  /** A file that is sealed: it is opened chunk by chunk, and closed when the reading ends. Fails where it was changed. */
  | { kind: 'sealed'; chunks: AsyncGenerator<Uint8Array>; size: number }
  /** Neither the row nor the file is there: settled meanwhile, or the disk was tampered with. */
  | { kind: 'gone' };

export interface BodyReader {
  /** Opens the content of a message by its row. Rejects where the disk fails. */
  open(message: { row: number; bodyFile?: string }): Promise<StoredBody>;
  /** Content that lives inside the queue's file, without waiting; nothing where there is none. Throws where it does not open. */
  inline(row: number): Uint8Array | undefined;
  close(): void;
}

/** A reader of the queue in this data directory, whose file must exist. `keys` open what is sealed. */
export function openBodyReader(dataDir: string, keys: ContentKeys = []): BodyReader {
  const database = new DatabaseSync(join(dataDir, 'queue.db'), { readOnly: true });
  const body: StatementSync = database.prepare('select id, body from message where row = ?');
  const inline = (row: number) => {
    const found = body.get(row);
    if (!(found?.['body'] instanceof Uint8Array)) return undefined;
    const bytes = found['body'];
    return isSealed(bytes) ? openBytes(bytes, { id: String(found['id']) as QueueId, keys }) : bytes;
  };
  return {
    inline,
    async open({ row, bodyFile }) {
      if (bodyFile !== undefined) return openFile(join(dataDir, 'bodies', bodyFile), keys);
      const bytes = inline(row);
      return bytes === undefined ? { kind: 'gone' } : { kind: 'bytes', bytes };
    },
    close: () => database.close(),
  };
}

async function openFile(path: string, keys: ContentKeys): Promise<StoredBody> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'gone' };
    throw error;
  }
  const { size } = await file.stat();
  return path.endsWith(SEALED_SUFFIX) ? openSealed(path, file, size, keys) : { kind: 'file', file, size };
}

async function openSealed(path: string, file: FileHandle, size: number, keys: ContentKeys): Promise<StoredBody> {
  try {
    const id = basename(path, SEALED_SUFFIX) as QueueId;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SEAL_HEAD_OCTETS), 0, SEAL_HEAD_OCTETS, 0);
    const opener = new Opener(buffer.subarray(0, bytesRead), { size, id, keys });
    return { kind: 'sealed', chunks: openChunks(file, opener, size), size: plainSize(size) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* openChunks(file: FileHandle, opener: Opener, size: number): AsyncGenerator<Uint8Array> {
  try {
    for (let number = 0; chunkAt(number) < size; number++) {
      const wanted = Math.min(chunkAt(number + 1), size) - chunkAt(number);
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, chunkAt(number));
      yield opener.open(buffer.subarray(0, bytesRead), number);
    }
  } finally {
    await file.close();
  }
}
