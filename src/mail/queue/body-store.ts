// Large bodies: each in its own file `bodies/<xx>/<id>`, written and synced by the relay thread before the message is
// enqueued, so that they never pass through the store thread.

import {
  closeSync,
  createReadStream,
  existsSync,
  fsync,
  fsyncSync,
  mkdirSync,
  open as openDescriptor,
  openSync,
} from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Body, QueueId } from '../message.ts';
import { type ContentKeys, sealBytes, sealStream } from './sealed-content.ts';

/** Folders below `bodies/`; a hash of the id names the one of a body. */
const FOLDERS = 256;

const openFolder = promisify(openDescriptor);
const syncDescriptor = promisify(fsync);

export interface BodyStore {
  /** Begins the file of a body. Rejects where the disk refuses. */
  create(id: QueueId): Promise<BodyFile>;
  /**
   * The finished content of a message that is to be held, sealed, instead of what was there: a file gets another name,
   * and the plain one is removed. Rejects, with both removed, where the disk refuses.
   */
  seal(id: QueueId, body: Body): Promise<Body>;
  /** The same beside what was there, which stays. Rejects, with what was made removed, where the disk refuses. */
  sealCopy(id: QueueId, body: Body): Promise<Body>;
  /** Removes the file of finished content that was not enqueued. Never rejects. */
  remove(body: Body): Promise<void>;
}

/** A body on its way to the disk. Ends with `finish` or `abort`; after either nothing else may be called. */
export interface BodyFile {
  /** Adds content; resolves once the system has taken it, which is what gives back-pressure. */
  write(bytes: Uint8Array): Promise<void>;
  /** Octets written. */
  readonly size: number;
  readonly path: string;
  /** Syncs file and folder: the answer may be enqueued. Rejects, and cleans up, where that failed. */
  finish(): Promise<Body>;
  /** Gives the file up and removes it. Never rejects. Not after the message was posted to the queue. */
  abort(): Promise<void>;
}

/**
 * Makes all folders for bodies below `directory`, so that none is made while mail flows, and syncs their names: a body
 * is only as durable as the folders above it. Call once, at start. Throws where the disk refuses.
 */
export function prepareBodyFolders(directory: string): void {
  for (let i = 0; i < FOLDERS; i++) {
    const folder = join(directory, folderName(i));
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  for (const folder of [directory, dirname(directory)]) {
    const descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
}

/** The name of a file says that it is sealed, so that its reader need not look first. */
export const SEALED_SUFFIX = '.sealed';
/** Octets read at once of content that is sealed. */
const READ_OCTETS = 256 * 1024;

/** Writes bodies below `directory` (`<data_dir>/bodies`), whose folders exist; held ones are sealed under `keys`. */
export function openBodyStore(directory: string, keys: ContentKeys = []): BodyStore {
  // Plain descriptors: they stay open as long as the thread, which closes them when it ends.
  const folders = new Map<string, Promise<number>>();
  const syncFolder = async (folder: string): Promise<void> => {
    const opened = folders.get(folder) ?? openFolder(join(directory, folder), 'r');
    folders.set(folder, opened);
    opened.catch(() => folders.delete(folder));
    await syncDescriptor(await opened);
  };
  const create = async (id: QueueId, suffix: string) => {
    const folder = folderOf(id);
    const name = `${folder}/${id}${suffix}`;
    const file = await open(join(directory, name), 'wx', 0o600);
    return new OpenBodyFile(join(directory, name), name, file, () => syncFolder(folder));
  };
  const remove = async (body: Body) => {
    if (body.kind === 'file') await unlink(join(directory, body.name)).catch(ignoreGone);
  };
  const sealCopy = async (id: QueueId, body: Body): Promise<Body> => {
    if (body.kind === 'inline') return { kind: 'inline', bytes: sealBytes(body.bytes, id, keys) };
    // Left by a process that ended before its transaction.
    await unlink(join(directory, `${body.name}${SEALED_SUFFIX}`)).catch(ignoreGone);
    const sealed = await create(id, SEALED_SUFFIX);
    const plain = createReadStream(join(directory, body.name), { highWaterMark: READ_OCTETS });
    return writeAll(sealed, sealStream(plain as AsyncIterable<Uint8Array>, id, keys));
  };
  return {
    create: (id) => create(id, ''),
    async seal(id, body) {
      try {
        return await sealCopy(id, body);
      } finally {
        await remove(body);
      }
    },
    sealCopy,
    remove,
  };
}

async function writeAll(file: BodyFile, content: AsyncIterable<Uint8Array>): Promise<Body> {
  try {
    for await (const bytes of content) await file.write(bytes);
  } catch (error) {
    await file.abort();
    throw error;
  }
  return file.finish();
}

/** Folder of the body of this message. */
function folderOf(id: QueueId): string {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) >>> 0;
  return folderName(hash % FOLDERS);
}

function folderName(number: number): string {
  return number.toString(16).padStart(2, '0');
}

class OpenBodyFile implements BodyFile {
  size = 0;
  readonly path: string;
  readonly #name: string;
  readonly #file: FileHandle;
  readonly #syncFolder: () => Promise<void>;

  constructor(path: string, name: string, file: FileHandle, syncFolder: () => Promise<void>) {
    this.path = path;
    this.#name = name;
    this.#file = file;
    this.#syncFolder = syncFolder;
  }

  async write(bytes: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < bytes.byteLength) {
      const { bytesWritten } = await this.#file.write(bytes, offset, bytes.byteLength - offset, this.size);
      offset += bytesWritten;
      this.size += bytesWritten;
    }
  }

  async finish(): Promise<Body> {
    try {
      await this.#file.datasync();
      await this.#file.close();
      // The name must survive too, or the synced octets cannot be found again.
      await this.#syncFolder();
      return { kind: 'file', name: this.#name };
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async abort(): Promise<void> {
    await this.#file.close().catch(ignoreGone);
    await unlink(this.path).catch(ignoreGone);
  }
}

/** A file that cannot be removed now is found by the sweep for orphans. */
function ignoreGone(): void {}
