// Backups: is there a recent one, can it be opened with the key.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../platform/config/schema.ts';
import { readMasterKey } from '../../platform/secret-box.ts';
import { listBackupIds, readManifest, timeOfBackup } from '../backup/manifest.ts';
import { type Finding, finding } from './findings.ts';

const HOUR_MS = 3_600_000;
/** Past so many intervals it is a fault. */
const INTERVALS = 2;

/** Looks at the folder of the backups. */
export function examineBackup(config: Config, now: number): Finding[] {
  const { folder, key_file: keyFile, interval } = config.backup;
  if (folder === undefined || keyFile === undefined) {
    return [finding('warn', 'backup-off')];
  }
  if (`${resolve(folder)}/`.startsWith(`${resolve(config.node.data_dir)}/`)) {
    return [finding('fault', 'backup-beside', { folder })];
  }
  const newest = existsSync(folder) ? listBackupIds(folder).at(-1) : undefined;
  try {
    const key = readMasterKey(keyFile);
    if (newest !== undefined) readManifest(join(folder, newest), key);
  } catch (err) {
    const detail = err instanceof Error ? err.message.replace('master key', 'key of the backups') : String(err);
    return [finding('fault', 'backup-unopened', { detail })];
  }
  if (newest === undefined) {
    return [finding('warn', 'backup-none', { folder })];
  }
  const age = now - timeOfBackup(newest);
  const last = { last: newest, hours: Math.floor(age / HOUR_MS) };
  if (interval > 0 && age > INTERVALS * interval) {
    return [finding('fault', 'backup-late', last)];
  }
  return [finding('ok', 'backup-recent', last)];
}
