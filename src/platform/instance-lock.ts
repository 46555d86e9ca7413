// One relay a data folder: a second one would write the same files. The lock is the operating system's, so it goes with
// the process however that ends.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface InstanceLock {
  release(): void;
}

/** Takes the lock of a data folder, or nothing where another process has it. Throws where the folder cannot be used. */
export function lockInstance(dataDir: string): InstanceLock | undefined {
  const database = new DatabaseSync(join(dataDir, 'instance.lock'));
  try {
    // An exclusive transaction that is never committed: SQLite's lock on the file is the lock.
    database.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
