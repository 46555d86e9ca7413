// SQLite's result codes as the three kinds of fault that matter here (https://sqlite.org/rescode.html).

import type { QueueFaultCode } from '../engine.ts';

const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** Making the shared index of the log larger failed: no space, nothing else. */
const IOERR_SHMSIZE = IOERR | (19 << 8);

/** After these nobody knows what the disk holds. */
const BROKEN = new Set([READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB]);

/** What kind of fault an error of SQLite is. */
export function faultCode(error: unknown): QueueFaultCode {
  const code = (error as { errcode?: unknown }).errcode;
  if (typeof code !== 'number') return 'failed';
  if ((code & 0xff) === FULL || code === IOERR_SHMSIZE) return 'full';
  return BROKEN.has(code & 0xff) ? 'broken' : 'failed';
}
