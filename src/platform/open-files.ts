// How many files and sockets this process may have open.

import { readFileSync } from 'node:fs';

/** The limit as it is now (Node raises the soft one to the hard one at its start); boundless where it cannot be told. */
export function openFilesLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    // No Linux: the limits of the configuration alone hold.
    return Number.POSITIVE_INFINITY;
  }
}
