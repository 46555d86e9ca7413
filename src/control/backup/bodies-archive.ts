// The files of bodies as one: for each a head of JSON (name, size) with its length before it, then the content.

import { closeSync, constants, copyFileSync, linkSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPieces } from './sealed-file.ts';

/** Far more than a name takes. */
const LONGEST_HEAD = 1024;
const NAME = /^[0-9a-f]{2}\/[0-9a-z]{16,32}(?:\.sealed)?$/;

/** Gives a file a second name, or copies it where the file system knows no such thing. Bodies never change. */
export function copyFileInto(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
}

/** Writes the archive, a piece at a time. */
export function writeBodies(folder: string, names: readonly string[], write: (piece: Uint8Array) => void): void {
  for (const name of names) {
    const path = join(folder, name);
    const head = Buffer.from(JSON.stringify({ name, size: statSync(path).size }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(head.length);
    write(Buffer.concat([length, head]));
    readPieces(path, write);
  }
}

/** Puts bodies back below a folder, from pieces of an archive. */
export interface BodiesReader {
  take(piece: Buffer): void;
  /** Throws where the archive ends within a body. */
  end(): number;
}

/** Begins to put bodies back. `synced` is called with each file once it is written. */
export function createBodiesReader(folder: string, sync: (path: string) => void): BodiesReader {
  let waiting = Buffer.alloc(0);
  let open: { file: number; path: string; left: number } | undefined;
  let count = 0;
  const finish = () => {
    if (open === undefined || open.left > 0) return;
    closeSync(open.file);
    sync(open.path);
    open = undefined;
    count += 1;
  };
  /** False: more is needed. */
  const step = (): boolean => {
    if (open !== undefined) {
      const part = waiting.subarray(0, open.left);
      for (let at = 0; at < part.length; ) at += writeSync(open.file, part, at);
      open.left -= part.length;
      waiting = waiting.subarray(part.length);
      finish();
      return open === undefined && waiting.length > 0;
    }
    const length = waiting.length < 4 ? undefined : waiting.readUInt32BE();
    if (length === undefined || waiting.length < 4 + length) {
      if (length !== undefined && length > LONGEST_HEAD) throw new Error('the bodies of this backup cannot be read');
      return false;
    }
    const { name, size } = JSON.parse(waiting.subarray(4, 4 + length).toString()) as { name: string; size: number };
    // Nothing in a backup is a path of another's choosing, whoever made it.
    if (!NAME.test(name)) throw new Error('a body of this backup has a name that is none');
    waiting = waiting.subarray(4 + length);
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    open = { file: openSync(path, 'wx', 0o600), path, left: size };
    finish();
    return true;
  };
  return {
    take(piece) {
      waiting = Buffer.concat([waiting, piece]);
      while (step());
    },
    end() {
      if (open !== undefined || waiting.length > 0) throw new Error('the bodies of this backup end too early');
      return count;
    },
  };
}
