// The data folder: is it there, is it private, is there room.

import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../platform/config/schema.ts';
import { type Finding, finding } from './findings.ts';

const MB = 1024 ** 2;

/** Looks at the data folder, or at the one it would be made in. */
export function examineDataDir(config: Config): Finding[] {
  const folder = resolve(config.node.data_dir);
  if (!existsSync(folder)) return [missing(folder), space(existingParent(folder), config)];
  return [privacy(folder), space(folder, config)];
}

function missing(folder: string): Finding {
  const parent = existingParent(folder);
  if (mayWrite(parent)) return finding('ok', 'data-new', { folder });
  return finding('fault', 'data-missing', { folder, parent });
}

function privacy(folder: string): Finding {
  const { mode, uid } = statSync(folder);
  const me = process.getuid?.() ?? uid;
  if (me !== uid && me !== 0) return finding('warn', 'data-other-user', { folder, user: uid });
  if (!mayWrite(folder)) return finding('fault', 'data-unwritable', { folder });
  if ((mode & 0o077) !== 0) return finding('fault', 'data-open', { folder });
  const open = readdirSync(folder).filter(
    (name) => name.endsWith('.key') && (statSync(join(folder, name)).mode & 0o077) !== 0,
  );
  if (open.length > 0) return finding('fault', 'data-keys-open', { files: open.join(', ') });
  return finding('ok', 'data-private', { folder });
}

function space(folder: string, config: Config): Finding {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  const octets = bavail * bsize;
  const free = Math.round(octets / MB);
  const low = config.queue.low_water;
  if (octets < low) return finding('fault', 'disk-short', { free, low: Math.round(low / MB) });
  if (files > 0 && ffree < files / 20) return finding('warn', 'disk-inodes');
  if (octets < low * 4) return finding('warn', 'disk-tight', { free });
  return finding('ok', 'disk-roomy', { free });
}

function existingParent(folder: string): string {
  let parent = dirname(folder);
  while (!existsSync(parent)) parent = dirname(parent);
  return parent;
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    // The only question is whether it may be written; any reason against it is a no.
    return false;
  }
}
