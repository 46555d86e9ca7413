// Finds files of bodies that no message names: left by a process that ended between writing one and its commit.
// A file goes when nobody named it at two looks this far apart; a transaction never takes that long. No clock is
// trusted with that: a wrong one would take content away from under accepted mail.

import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../../../platform/log.ts';
import type { QueueEngine } from '../engine.ts';

export interface BodySweepOptions {
  /** `<data_dir>/bodies`. */
  directory: string;
  engine: QueueEngine;
  log: Log;
  signal: AbortSignal;
}

/** Files that no message names, as names below the directory. Takes turns with everything else. */
export async function findOrphanBodies({ directory, engine, signal }: BodySweepOptions): Promise<string[]> {
  const orphans: string[] = [];
  for (const folder of await readdir(directory)) {
    const files = await readdir(join(directory, folder));
    for (const file of files) {
      if (signal.aborted) return [];
      const name = `${folder}/${file}`;
      if (!(await engine.hasBody(name))) orphans.push(name);
      await nextTurn();
    }
  }
  return orphans;
}

/** Removes those of the named files that still belong to no message; gives how many went. */
export async function removeOrphanBodies(names: readonly string[], options: BodySweepOptions): Promise<number> {
  let removed = 0;
  for (const name of names) {
    if (options.signal.aborted) break;
    if (await options.engine.hasBody(name)) continue;
    await removeBody(options.directory, name, options.log);
    removed += 1;
    await nextTurn();
  }
  return removed;
}

/** Removes the file of a message that is gone. Never rejects: what stays is found by the next sweep. */
export async function removeBody(directory: string, name: string, log: Log): Promise<void> {
  try {
    await unlink(join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn('body not removed', { name, err: error });
  }
}
