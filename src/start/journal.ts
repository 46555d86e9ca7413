// Whether what is printed for people ends in the journal of systemd.

import { fstatSync } from 'node:fs';

/**
 * True where systemd keeps what is written to the open file `fd`: it names the device and inode of its stream in
 * JOURNAL_STREAM (systemd.exec(5)). What is secret must not be printed there.
 */
export function isKeptByJournal(fd: number, env: NodeJS.ProcessEnv): boolean {
  const stream = env['JOURNAL_STREAM'];
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    // Not open: nothing that is written there is kept anywhere, and it is not worth a risk.
    return true;
  }
}
