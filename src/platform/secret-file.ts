// Secrets that the relay makes for itself, each in a file that only its owner can read.

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Reads the secret in `path`, or makes one of so many random octets. Throws where the file has another length. */
export function readOrMakeSecret(path: string, octets: number): Uint8Array {
  const kept = readIfThere(path);
  if (kept !== undefined) {
    if (kept.length !== octets) throw new Error(`${path} should hold ${octets} octets and holds ${kept.length}`);
    return kept;
  }
  const secret = randomBytes(octets);
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, secret);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return secret;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
