// Database files that are only a help: what they hold may be lost without harm.

import { rmSync } from 'node:fs';
import type { Log } from './log.ts';

/**
 * Opens a database at `path`. One that cannot be read is thrown away with a word in the log (`holds`: what is lost), and a
 * new one is begun. Throws where none can be had.
 */
export function openOrReplace<T>(file: { path: string; holds: string; log: Log }, open: () => T): T {
  try {
    return open();
  } catch (err) {
    file.log.warn(`file of ${file.holds} cannot be read, a new one is begun`, { err });
    for (const part of ['', '-wal', '-shm']) rmSync(`${file.path}${part}`, { force: true });
    return open();
  }
}
