// Puts a backup back into an empty folder, with no relay running on it.
//
// - Everything is opened and checked on its way in; a mark lies in the folder until the end, and no relay starts on it.
// - Mail whose end is known from the lost machine's trace is settled by it, with its events.
// - All other mail is held (`restored`): it may have been delivered after the copy, so a person says what goes out.
// - What was erased after the copy is erased again.

import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openRestoredQueue } from '../../mail/queue/copy-operations.ts';
import { type Erasure, LEDGER_FILE, readLedger } from '../privacy/erasure-ledger.ts';
import { createBodiesReader } from './bodies-archive.ts';
import { type Evidence, settleByEvidence } from './evidence.ts';
import { type BackupFile, type Manifest, readManifest, sealedName, syncPath } from './manifest.ts';
import { replayErasures } from './replay-erasures.ts';
import { RESTORE_MARK } from './restore-mark.ts';
import { openSealed } from './sealed-file.ts';

export interface RestoreOptions {
  /** Folder of the backup. */
  backup: string;
  into: string;
  key: Uint8Array;
  /** The lost machine's trace (or its data folder), which knows what happened after the copy. */
  trace?: string;
  /** The ledger of erasures; the one beside the backup where none is named. */
  ledger?: string;
  now: () => number;
  progress: (step: string, octets: number) => void;
}

export interface RestoreReport {
  id: string;
  queue_at: string;
  files: number;
  bodies: number;
  /** Recipients whose end the lost machine's trace knew, and those that are held now. */
  settled: number;
  held: number;
  /** Erasures that were carried out again, and messages they were found in. */
  erasures: number;
  erased_messages: number;
  warnings: string[];
}

const NAME = /^(?:(?:queue|control|recipients|hosts|webhooks)\.db|trace\/(?:sums|\d{4}-\d{2}-\d{2})\.db)$/;
const KEY_NAME = /^[a-z0-9-]+\.key$/;
/** Erasures shortly before the copy are done again too: it costs little, and the copy takes its time. */
const BEFORE_COPY_MS = 86_400_000;

/** Restores. Throws, in words for the operator, where the backup is not whole or the folder is not empty. */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { backup, key } = options;
  const into = resolve(options.into);
  const manifest = readManifest(backup, key);
  prepareTarget(into);
  let bodies = 0;
  for (const file of manifest.files) bodies += putBack(options, into, file);
  const ledger = readErasures(options, manifest);
  const replayed = await replayErasures(into, ledger.erasures, options);
  const queue = openRestoredQueue(join(into, 'queue.db'), options.now);
  try {
    const evidence: Evidence = { trace: options.trace, erased: replayed.erased };
    const settled = settleByEvidence(queue, evidence);
    const held = queue.holdAll(`restored from the copy of ${manifest.queue_at}`);
    const warnings = [...ledger.warnings, ...warningsOf(options, manifest)];
    queue.close();
    syncFolders(into);
    rmSync(join(into, RESTORE_MARK));
    syncPath(into);
    return {
      id: manifest.id,
      queue_at: manifest.queue_at,
      files: manifest.files.length,
      bodies,
      settled,
      held,
      erasures: ledger.erasures.length,
      erased_messages: replayed.messages,
      warnings,
    };
  } finally {
    queue.close();
  }
}

/** Names of files are as durable as the folders they stand in. */
function syncFolders(into: string): void {
  const bodies = join(into, 'bodies');
  const folders = existsSync(bodies) ? [bodies, ...readdirSync(bodies).map((name) => join(bodies, name))] : [];
  for (const folder of [join(into, 'trace'), ...folders]) if (existsSync(folder)) syncPath(folder);
}

function prepareTarget(into: string): void {
  if (existsSync(into) && readdirSync(into).length > 0) {
    throw new Error(`${into} is not empty; a backup is put back into an empty folder, or one that is not there yet`);
  }
  mkdirSync(into, { recursive: true, mode: 0o700 });
  chmodSync(into, 0o700);
  writeFileSync(join(into, RESTORE_MARK), '', { mode: 0o600, flag: 'wx' });
  syncPath(into);
}

/** Opens one file of the backup into the folder; answers how many bodies it held. */
function putBack(options: RestoreOptions, into: string, file: BackupFile): number {
  options.progress(file.name, file.size);
  if (file.name === 'bodies') {
    const reader = createBodiesReader(join(into, 'bodies'), syncPath);
    open(options, file, (piece) => reader.take(piece));
    return reader.end();
  }
  if (file.name === 'keys') {
    const pieces: Buffer[] = [];
    open(options, file, (piece) => pieces.push(piece));
    writeKeys(into, Buffer.concat(pieces));
    return 0;
  }
  // Only names that the relay knows: nothing in a backup chooses a path.
  if (!NAME.test(file.name)) throw new Error('the backup holds a file that is none of the relay');
  const path = join(into, file.name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const target = openSync(path, 'wx', 0o600);
  try {
    open(options, file, (piece) => {
      for (let at = 0; at < piece.length; ) at += writeSync(target, piece, at);
    });
  } finally {
    closeSync(target);
  }
  syncPath(path);
  return 0;
}

function open({ backup, key }: RestoreOptions, file: BackupFile, take: (piece: Buffer) => void): void {
  let size = 0;
  const path = join(backup, sealedName(file.name));
  const { sha256 } = openSealed(path, { key, name: file.name, pace: () => {} }, (piece) => {
    size += piece.length;
    take(piece);
  });
  if (sha256 !== file.sha256 || size !== file.size) throw new Error(`${path} is not what the manifest says`);
}

function writeKeys(into: string, content: Buffer): void {
  const keys = JSON.parse(content.toString()) as Record<string, string>;
  for (const [name, octets] of Object.entries(keys)) {
    if (!KEY_NAME.test(name)) throw new Error('the backup holds a key whose name is none');
    const path = join(into, name);
    writeFileSync(path, Buffer.from(octets, 'base64'), { mode: 0o600, flag: 'wx' });
    syncPath(path);
  }
}

function readErasures(
  { backup, ledger }: RestoreOptions,
  manifest: Manifest,
): { erasures: Erasure[]; warnings: string[] } {
  const path = ledger ?? join(dirname(resolve(backup)), LEDGER_FILE);
  if (!existsSync(path)) {
    return ledger === undefined
      ? {
          erasures: [],
          warnings: [`there is no ledger of erasures at ${path}: what was erased after the copy is in it again`],
        }
      : { erasures: [], warnings: [`the ledger ${path} is not there`] };
  }
  const since = Date.parse(manifest.begun_at) - BEFORE_COPY_MS;
  return { erasures: readLedger(path).filter(({ at }) => at >= since), warnings: [] };
}

function warningsOf({ trace }: RestoreOptions, { queue_at: at }: Manifest): string[] {
  const warnings = [`mail accepted after ${at} is not in this copy: its senders got a 250 for it`];
  if (trace === undefined) {
    warnings.push(
      'without the trace of the lost machine (--trace) nothing is known of what was delivered after the copy',
    );
  }
  return warnings;
}
