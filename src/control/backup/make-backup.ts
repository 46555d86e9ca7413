// Makes a backup of a running relay, in a thread of its own.
//
// - The days of the trace first, those left out that the last backup has as they are.
// - Then the relay keeps what a copy needs: bodies stay, and the queue forgets no event. Days that changed meanwhile are
//   copied again, after them the queue: events that a day lacks are in the queue's outbox, and a start brings them in.
// - Once the bodies that the copy names have a second name, the relay lets go; the rest takes its time.
// - What was written is read again, and only then the backup gets its name.

import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bodiesOfCopy, copyQueue, totalsOfCopy } from '../../mail/queue/copy-operations.ts';
import { copyDay, copySums, dayFingerprint } from '../../mail/trace/copy-day.ts';
import { listDays } from '../../mail/trace/day-file.ts';
import { copyFileInto, writeBodies } from './bodies-archive.ts';
import { copyControl } from './copy-control.ts';
import {
  type BackupFile,
  backupId,
  listBackupIds,
  listUnfinished,
  type Manifest,
  readManifest,
  sealedName,
  syncPath,
  UNFINISHED,
  writeManifest,
} from './manifest.ts';
import { createSealed, hashFile, keyId, openSealed, type Pace, type Seal, sealFile } from './sealed-file.ts';

export interface BackupTask {
  dataDir: string;
  /** Folder of all backups. */
  folder: string;
  key: Uint8Array;
  /** Unchanged days are taken over from the last backup. */
  sinceLast: boolean;
  /** Files of keys by their name in the data folder. */
  keyFiles: Record<string, string>;
  program: string;
  node: string;
  now: () => number;
  pace: Pace;
  /** Space that mail needs on the disk of the data folder, octets. */
  lowWater: number;
  /** Asks the relay to keep what a copy needs, and to let go. */
  keep: (on: boolean) => Promise<void>;
  progress: (step: string, octets: number) => void;
}

interface Making {
  task: BackupTask;
  /** The folder that is being filled, and the plain copies on their way into it. */
  to: string;
  plain: string;
  last: { id: string; manifest: Manifest } | undefined;
  files: BackupFile[];
  days: Record<string, string>;
}

/** Name of the folder of plain copies, in the data folder. */
export const COPYING = 'copying';

/** Makes a backup; answers its manifest. Rejects in words for the operator; what a kill left half made is removed by the next. */
export async function makeBackup(task: BackupTask): Promise<Manifest> {
  const begun = task.now();
  const id = backupId(begun);
  const making = prepare(task, id);
  try {
    for (const day of listDays(join(task.dataDir, 'trace'))) takeDay(making, day);
    const queue = await takeWhileKept(making);
    takeRest(making);
    const manifest: Manifest = {
      version: 1,
      id,
      begun_at: new Date(begun).toISOString(),
      made_at: new Date(task.now()).toISOString(),
      since: making.last?.id ?? 'whole',
      program: task.program,
      node: task.node,
      key: keyId(task.key),
      queue_at: queue.at,
      queue: { recipients: queue.recipients, seq: queue.seq },
      days: making.days,
      files: making.files,
    };
    verify(making);
    writeManifest(making.to, manifest, task.key);
    syncPath(making.to);
    renameSync(making.to, join(task.folder, id));
    syncPath(task.folder);
    return manifest;
  } catch (err) {
    // The disk of the backups may be full of it, and the ledger of erasures has to find room there.
    rmSync(making.to, { recursive: true, force: true });
    throw err;
  } finally {
    rmSync(making.plain, { recursive: true, force: true });
  }
}

function prepare(task: BackupTask, id: string): Making {
  mkdirSync(task.folder, { recursive: true, mode: 0o700 });
  for (const name of listUnfinished(task.folder)) rmSync(join(task.folder, name), { recursive: true, force: true });
  if (existsSync(join(task.folder, id))) throw new Error(`there is a backup ${id} already`);
  const [to, plain] = [join(task.folder, id + UNFINISHED), join(task.dataDir, COPYING)];
  rmSync(plain, { recursive: true, force: true });
  mkdirSync(to, { mode: 0o700 });
  mkdirSync(join(plain, 'bodies'), { recursive: true, mode: 0o700 });
  return { task, to, plain, last: task.sinceLast ? lastBackup(task) : undefined, files: [], days: {} };
}

/** The newest that was made with the same key; one that cannot be read is passed over. */
function lastBackup({ folder, key }: BackupTask): Making['last'] {
  for (const id of listBackupIds(folder).toReversed()) {
    try {
      return { id, manifest: readManifest(join(folder, id), key) };
    } catch {
      // Made with another key, or damaged: nothing is taken over from it.
    }
  }
  return undefined;
}

/** Copies a day unless it is in the backup already, or in the last one, as it is now. */
function takeDay(making: Making, day: string): void {
  const folder = join(making.task.dataDir, 'trace');
  const fingerprint = dayFingerprint(folder, day);
  if (fingerprint === undefined || making.days[day] === fingerprint) return;
  const name = `trace/${day}.db`;
  drop(making, name);
  if (making.last?.manifest.days[day] === fingerprint && linkFromLast(making, name)) {
    making.days[day] = fingerprint;
    return;
  }
  const copy = join(making.plain, 'day.db');
  assertSpace(making, join(folder, `${day}.db`));
  // The day may have grown between the two; what counts is what was copied.
  making.days[day] = copyDay(folder, day, copy);
  sealPlain(making, name, copy);
}

function linkFromLast(making: Making, name: string): boolean {
  const { last, to, task } = making;
  const file = last?.manifest.files.find((one) => one.name === name);
  if (last === undefined || file === undefined) return false;
  const from = join(task.folder, last.id, sealedName(name));
  if (statSync(from, { throwIfNoEntry: false })?.size !== file.sealed_size) return false;
  try {
    linkSync(from, join(to, sealedName(name)));
  } catch {
    // A file system without links: the day is copied anew.
    return false;
  }
  making.files.push({ ...file, linked: true });
  return true;
}

/** Days that changed, sums and queue, with the names of bodies: consistent with each other. */
async function takeWhileKept(making: Making): Promise<{ at: string; recipients: number; seq: number }> {
  const { task, plain } = making;
  const trace = join(task.dataDir, 'trace');
  await task.keep(true);
  try {
    for (const day of listDays(trace)) takeDay(making, day);
    const sums = join(plain, 'sums.db');
    if (copySums(trace, sums)) sealPlain(making, 'trace/sums.db', sums);
    const queue = join(plain, 'queue.db');
    assertSpace(making, join(task.dataDir, 'queue.db'));
    const at = new Date(task.now()).toISOString();
    copyQueue(join(task.dataDir, 'queue.db'), queue);
    for (const name of bodiesOfCopy(queue)) {
      const from = join(task.dataDir, 'bodies', name);
      // A store thread that was started anew keeps nothing: then the whole backup is begun again.
      if (!existsSync(from)) throw new Error(`the body ${name} went while it was being copied; try again`);
      const second = join(plain, 'bodies', name);
      mkdirSync(dirname(second), { recursive: true, mode: 0o700 });
      copyFileInto(from, second);
    }
    return { at, ...totalsOfCopy(queue) };
  } finally {
    await task.keep(false);
  }
}

function takeRest(making: Making): void {
  const { task, plain, to } = making;
  const queue = join(plain, 'queue.db');
  const bodies = bodiesOfCopy(queue);
  const options = { key: task.key, pace: task.pace };
  sealPlain(making, 'queue.db', queue);
  const archive = createSealed(join(to, sealedName('bodies')), { ...options, name: 'bodies' });
  writeBodies(join(plain, 'bodies'), bodies, (piece) => archive.write(piece));
  add(making, 'bodies', archive.end());
  for (const name of ['control.db', 'recipients.db', 'hosts.db', 'webhooks.db']) {
    const from = join(task.dataDir, name);
    if (!existsSync(from)) continue;
    assertSpace(making, from);
    copyControl(from, join(plain, name));
    sealPlain(making, name, join(plain, name));
  }
  const keys = createSealed(join(to, sealedName('keys')), { ...options, name: 'keys' });
  keys.write(Buffer.from(JSON.stringify(readKeys(task.keyFiles))));
  add(making, 'keys', keys.end());
}

function readKeys(files: Record<string, string>): Record<string, string> {
  const entries = Object.entries(files).filter(([, path]) => existsSync(path));
  return Object.fromEntries(entries.map(([name, path]) => [name, readFileSync(path).toString('base64')]));
}

function sealPlain(making: Making, name: string, plain: string): void {
  const { task, to } = making;
  task.progress(name, statSync(plain).size);
  add(making, name, sealFile(plain, join(to, sealedName(name)), { key: task.key, name, pace: task.pace }));
  rmSync(plain);
}

function add(making: Making, name: string, seal: Seal): void {
  making.files.push({ name, ...seal });
}

/** A day that is copied a second time takes the place of the first. */
function drop(making: Making, name: string): void {
  rmSync(join(making.to, sealedName(name)), { force: true });
  making.files = making.files.filter((file) => file.name !== name);
}

/** Reads everything again: what was just written must open, what was taken over must be what it was. */
function verify({ task, to, files }: Making): void {
  for (const { name, size, sha256, linked } of files) {
    task.progress(`verify ${name}`, size);
    const path = join(to, sealedName(name));
    let opened = 0;
    const hash =
      linked === true
        ? hashFile(path, task.pace)
        : openSealed(path, { key: task.key, name, pace: task.pace }, (piece) => (opened += piece.length)).sha256;
    if (hash !== sha256 || (linked !== true && opened !== size)) throw new Error(`${name} is not what was written`);
  }
}

/** A plain copy must not take the space that mail needs. */
function assertSpace({ task }: Making, of: string): void {
  const { bavail, bsize } = statfsSync(task.dataDir);
  const needed = statSync(of).size + task.lowWater;
  if (bavail * bsize >= needed) return;
  const mb = Math.ceil(needed / 1024 ** 2);
  throw new Error(`the disk of the data folder has too little space for a copy of ${of}: ${mb} MB are needed`);
}
