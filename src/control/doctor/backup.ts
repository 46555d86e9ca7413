// Backups: is there a recent one, can it be opened with the key.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../platform/config/schema.ts';
import { readMasterKey } from '../../platform/secret-box.ts';
import { listBackupIds, readManifest, timeOfBackup } from '../backup/manifest.ts';
import type { Finding } from './doctor.ts';

const HOUR_MS = 3_600_000;
/** Past so many intervals it is a fault. */
const INTERVALS = 2;

/** Looks at the folder of the backups. */
export function examineBackup(config: Config, now: number): Finding[] {
  const subject = 'backup';
  const { folder, key_file: keyFile, interval } = config.backup;
  if (folder === undefined || keyFile === undefined) {
    const mend = 'set backup.folder (another disk or machine) and backup.key_file, or copy the relay by other means';
    return [{ state: 'warn', subject, found: 'none are made', mend }];
  }
  if (`${resolve(folder)}/`.startsWith(`${resolve(config.node.data_dir)}/`)) {
    const found = `${folder} lies in the data folder`;
    return [{ state: 'fault', subject, found, mend: 'what takes one takes the other: name another disk or machine' }];
  }
  const newest = existsSync(folder) ? listBackupIds(folder).at(-1) : undefined;
  try {
    const key = readMasterKey(keyFile);
    if (newest !== undefined) readManifest(join(folder, newest), key);
  } catch (err) {
    const found = err instanceof Error ? err.message.replace('master key', 'key of the backups') : String(err);
    return [{ state: 'fault', subject, found, mend: 'a backup that cannot be opened is none: see docs/backup.md' }];
  }
  if (newest === undefined) {
    return [{ state: 'warn', subject, found: `none in ${folder} yet`, mend: 'make one: easymail backup' }];
  }
  const age = now - timeOfBackup(newest);
  const found = `the last one is ${newest}, ${Math.floor(age / HOUR_MS)} hours old`;
  if (interval > 0 && age > INTERVALS * interval) {
    return [{ state: 'fault', subject, found, mend: 'see docs/runbooks/backup.md; make one: easymail backup' }];
  }
  return [{ state: 'ok', subject, found }];
}
