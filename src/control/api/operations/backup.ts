// Operations about backups, in the order of the documentation.

import { listBackups } from './backup/list-backups.ts';
import { makeBackup } from './backup/make-backup.ts';

export const backupOperations = [makeBackup, listBackups];
