// The folder of everything the relay keeps: made where it is missing, for its owner only, for one relay at a time.

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RESTORE_MARK } from '../control/backup/restore-mark.ts';
import { assertQueueNotNewer } from '../mail/queue/sqlite/open-database.ts';
import type { Config } from '../platform/config/schema.ts';
import { type InstanceLock, lockInstance } from '../platform/instance-lock.ts';
import { MASTER_KEY_OCTETS, readMasterKey } from '../platform/secret-box.ts';
import { readOrMakeSecret } from '../platform/secret-file.ts';

export interface DataDir {
  lock: InstanceLock;
  /** Key of the loop mark. */
  loopSecret: Uint8Array;
  /** Key of return paths of ours, and of the stamp that shows a forward. */
  returnKey: Uint8Array;
  /** Master keys of the secrets that are kept: the present one first. */
  masterKeys: Uint8Array[];
  /** Keys of TLS session tickets: for this start only, so that old tickets open nothing. */
  ticketKeys: Uint8Array;
}

const LOOP_SECRET_OCTETS = 32;
const RETURN_KEY_OCTETS = 32;
/** What Node's TLS asks for. */
const TICKET_KEYS_OCTETS = 48;

/** Prepares the folder. Throws with a text for the operator where it cannot be used. */
export function openDataDir(path: string, secrets: Config['secrets']): DataDir {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const me = process.getuid?.();
  const { uid } = statSync(path);
  if (me !== undefined && me !== 0 && uid !== me) {
    throw new Error(`${path} belongs to user ${uid}, and the relay runs as ${me}: chown -R ${me} ${path}`);
  }
  chmodSync(path, 0o700);
  if (existsSync(join(path, RESTORE_MARK))) {
    throw new Error(`a restore into ${path} did not come to its end; empty the folder and restore again`);
  }
  assertQueueNotNewer(join(path, 'queue.db'));
  mkdirSync(join(path, 'trace'), { recursive: true, mode: 0o700 });
  const lock = lockInstance(path);
  if (lock === undefined) throw new Error(`another relay runs on ${path}; stop it, or name another node.data_dir`);
  return {
    lock,
    loopSecret: readOrMakeSecret(join(path, 'loop-mark.key'), LOOP_SECRET_OCTETS),
    returnKey: readOrMakeSecret(join(path, 'return-path.key'), RETURN_KEY_OCTETS),
    masterKeys: masterKeys(path, secrets),
    ticketKeys: randomBytes(TICKET_KEYS_OCTETS),
  };
}

/** A key that is named has to be there; only that of the data folder is made where it is missing. */
function masterKeys(path: string, secrets: Config['secrets']): Uint8Array[] {
  const named = secrets.master_key_file;
  const present =
    named === undefined ? readOrMakeSecret(join(path, 'master.key'), MASTER_KEY_OCTETS) : readMasterKey(named);
  return [present, ...secrets.previous_master_key_files.map(readMasterKey)];
}
