// What a backup is made of: one line of JSON, and one with the proof that it is ours.

import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMacOf, keyId, macOf, type Seal } from './sealed-file.ts';

/** One file of a backup. */
export interface BackupFile extends Seal {
  /** Name in the backup, and below the data folder once it is put back; `bodies` and `keys` hold several. */
  name: string;
  /** Taken over from the backup before, unchanged. */
  linked?: true;
}

export interface Manifest {
  version: 1;
  /** Name of the backup's folder: when it was begun. */
  id: string;
  /** ISO 8601. */
  begun_at: string;
  made_at: string;
  /** `whole`, or the id of the backup that unchanged days were taken from. */
  since: string;
  program: string;
  node: string;
  key: string;
  /** Mail that was accepted before this moment is in it: ISO 8601. Accepted later: perhaps, perhaps not. */
  queue_at: string;
  /** Recipients that wait, and rows of the outbox, at the commit that was copied. */
  queue: { recipients: number; seq: number };
  /** Fingerprints of the trace's days: one with the same is not copied again. */
  days: Record<string, string>;
  files: BackupFile[];
}

const MANIFEST = 'manifest.json';
const ID = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;
/** A folder that is being filled. */
export const UNFINISHED = '.unfinished';

/** The id of a backup that begins now. */
export function backupId(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

/** When a backup was begun, by its id, milliseconds since 1970. */
export function timeOfBackup(id: string): number {
  return Date.parse(id.replace(/T(\d\d)-(\d\d)-(\d\d)Z$/, 'T$1:$2:$3Z'));
}

/** Name of a file's sealed form in the folder of a backup. */
export function sealedName(name: string): string {
  return `${name.replaceAll('/', '_')}.sealed`;
}

/** Writes the manifest, synced. */
export function writeManifest(folder: string, manifest: Manifest, key: Uint8Array): void {
  const text = JSON.stringify(manifest);
  const path = join(folder, MANIFEST);
  writeFileSync(path, `${text}\n${macOf(key, text)}\n`, { mode: 0o600, flag: 'wx' });
  syncPath(path);
}

/** The manifest of a backup. Throws, in words for the operator, where it is not there, or not made with this key. */
export function readManifest(folder: string, key: Uint8Array): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new Error(`${folder} is no backup: it has no ${MANIFEST}`);
  const [text = '', mac = ''] = readFileSync(path, 'utf8').split('\n');
  const manifest = parse(text);
  if (manifest?.key !== keyId(key)) throw new Error(`${folder} was made with another key than this one`);
  if (!isMacOf(mac, key, text)) throw new Error(`the manifest of ${folder} was changed`);
  return manifest;
}

/** The manifest without its proof: for lists, where no key is at hand. Nothing where it cannot be read. */
export function glanceAtManifest(folder: string): Manifest | undefined {
  try {
    return parse(readFileSync(join(folder, MANIFEST), 'utf8').split('\n')[0] ?? '');
  } catch {
    // Removed meanwhile, or none of ours: not listed.
    return undefined;
  }
}

function parse(text: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Partial<Manifest> | null;
    return manifest?.version === 1 && Array.isArray(manifest.files) ? (manifest as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Finished backups in a folder, the oldest first. */
export function listBackupIds(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => ID.test(name))
    .sort();
}

/** Folders that were begun and not finished. */
export function listUnfinished(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(UNFINISHED) && ID.test(name.slice(0, -UNFINISHED.length)));
}

/** Syncs a file or a folder. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
