// Reads the content of queued messages for delivery, over a read-only connection of this thread's own.

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Content of a stored message, as octets or as an open file that the caller closes. */
export type StoredBody =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'file'; file: FileHandle; size: number }
  /** Neither the row nor the file is there: settled meanwhile, or the disk was tampered with. */
  | { kind: 'gone' };

export interface BodyReader {
  /** Opens the content of a message by its row. Rejects where the disk fails. */
  open(message: { row: number; bodyFile?: string }): Promise<StoredBody>;
  /** Content that lives inside the queue's file, without waiting; nothing where there is none. */
  inline(row: number): Uint8Array | undefined;
  close(): void;
}

/** A reader of the queue in this data directory; the queue's file must exist. */
export function openBodyReader(dataDir: string): BodyReader {
  const database = new DatabaseSync(join(dataDir, 'queue.db'), { readOnly: true });
  const body: StatementSync = database.prepare('select body from message where row = ?');
  const inline = (row: number) => {
    const found = body.get(row);
    return found?.['body'] instanceof Uint8Array ? found['body'] : undefined;
  };
  return {
    inline,
    async open({ row, bodyFile }) {
      if (bodyFile !== undefined) return openFile(join(dataDir, 'bodies', bodyFile));
      const bytes = inline(row);
      return bytes === undefined ? { kind: 'gone' } : { kind: 'bytes', bytes };
    },
    close: () => database.close(),
  };
}

async function openFile(path: string): Promise<StoredBody> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'gone' };
    throw error;
  }
  return { kind: 'file', file, size: (await file.stat()).size };
}
