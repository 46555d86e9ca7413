// What was erased, to be erased again after a restore: rows of the control store, and a file beside the backups that a
// restore reads, since the control store of a copy ends with the copy. No address: keyed hashes alone.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** One erasure. */
export interface Erasure {
  hash: string;
  customer: string;
  /** Milliseconds since 1970. */
  at: number;
  request: string;
  suppression: 'keep' | 'erase';
}

/** Name of the file in the folder of the backups. */
export const LEDGER_FILE = 'erasures.jsonl';

/** Adds an erasure to the ledger beside the backups, synced. Throws where the folder cannot be written. */
export function exportErasure(folder: string, erasure: Erasure): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LEDGER_FILE);
  // A line that a crash tore was never answered for, and is written again.
  if (existsSync(path)) truncateSync(path, readFileSync(path).lastIndexOf('\n') + 1);
  const file = openSync(path, 'a', 0o600);
  try {
    writeSync(file, `${JSON.stringify(erasure)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Takes erasures older than `before` out of the ledger beside the backups; answers how many. */
export function trimLedger(folder: string, before: number): number {
  const path = join(folder, LEDGER_FILE);
  const all = readLedger(path);
  const young = all.filter(({ at }) => at >= before);
  if (young.length === all.length) return 0;
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, young.map((one) => `${JSON.stringify(one)}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  return all.length - young.length;
}

/** The erasures in a ledger; a torn last line is left out. Throws where another line cannot be read. */
export function readLedger(path: string): Erasure[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    if (line === '') return [];
    try {
      return [checked(JSON.parse(line))];
    } catch (cause) {
      if (at === lines.length - 1) return [];
      throw new Error(`line ${at + 1} of ${path} is no erasure`, { cause });
    }
  });
}

function checked(value: unknown): Erasure {
  const { hash, customer, at, request, suppression } = value as Record<string, unknown>;
  const isErasure =
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof customer === 'string' &&
    typeof at === 'number' &&
    typeof request === 'string' &&
    (suppression === 'keep' || suppression === 'erase');
  if (!isErasure) throw new Error('not an erasure');
  return { hash, customer, at, request, suppression };
}
