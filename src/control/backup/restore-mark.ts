/** Name of a file that lies in a data folder while a backup is put back into it: no relay starts on it. */
export const RESTORE_MARK = 'restore-unfinished';
