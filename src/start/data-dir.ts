// The folder of everything the relay keeps: made where it is missing, for its owner only, for one relay at a time.

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type InstanceLock, lockInstance } from '../platform/instance-lock.ts';
import { readOrMakeSecret } from '../platform/secret-file.ts';

export interface DataDir {
  lock: InstanceLock;
  /** Key of the loop mark. */
  loopSecret: Uint8Array;
  /** Keys of TLS session tickets: for this start only, so that old tickets open nothing. */
  ticketKeys: Uint8Array;
}

const LOOP_SECRET_OCTETS = 32;
/** What Node's TLS asks for. */
const TICKET_KEYS_OCTETS = 48;

/** Prepares the folder. Throws with a text for the operator where it cannot be used. */
export function openDataDir(path: string): DataDir {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  mkdirSync(join(path, 'trace'), { recursive: true, mode: 0o700 });
  const lock = lockInstance(path);
  if (lock === undefined) throw new Error(`another relay runs on ${path}; stop it, or name another node.data_dir`);
  return {
    lock,
    loopSecret: readOrMakeSecret(join(path, 'loop-mark.key'), LOOP_SECRET_OCTETS),
    ticketKeys: randomBytes(TICKET_KEYS_OCTETS),
  };
}
