// A Unix socket's name has room for 107 octets; folders may be deeper than that.

import { closeSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const LONGEST = 107;

/** Calls `use` with a name that a socket can have; a long one goes through its open folder (Linux). */
export async function withSocketPath<T>(path: string, use: (usable: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(path) <= LONGEST) return use(path);
  const folder = openSync(dirname(path), 'r');
  try {
    return await use(`/proc/self/fd/${folder}/${basename(path)}`);
  } finally {
    closeSync(folder);
  }
}
