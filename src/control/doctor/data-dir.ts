// The data folder: is it there, is it private, is there room.

import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../platform/config/schema.ts';
import type { Finding } from './doctor.ts';

const MB = 1024 ** 2;

/** Looks at the data folder, or at the one it would be made in. */
export function examineDataDir(config: Config): Finding[] {
  const folder = resolve(config.node.data_dir);
  if (!existsSync(folder)) return [missing(folder), space(existingParent(folder), config)];
  return [privacy(folder), space(folder, config)];
}

function missing(folder: string): Finding {
  const parent = existingParent(folder);
  const subject = 'data folder';
  if (mayWrite(parent)) return { state: 'ok', subject, found: `${folder} will be made at the first start` };
  const mend = `install -d -m 700 -o <the relay's user> ${folder}`;
  return { state: 'fault', subject, found: `${folder} is missing and ${parent} cannot be written`, mend };
}

function privacy(folder: string): Finding {
  const subject = 'data folder';
  const { mode, uid } = statSync(folder);
  const me = process.getuid?.() ?? uid;
  if (me !== uid && me !== 0) {
    return {
      state: 'warn',
      subject,
      found: `${folder} belongs to user ${uid}`,
      mend: 'run this as the user of the relay',
    };
  }
  if (!mayWrite(folder))
    return { state: 'fault', subject, found: `${folder} cannot be written`, mend: `chmod u+rwx ${folder}` };
  if ((mode & 0o077) !== 0) {
    return { state: 'fault', subject, found: `${folder} is open to others`, mend: `chmod 700 ${folder}` };
  }
  const open = readdirSync(folder).filter(
    (name) => name.endsWith('.key') && (statSync(join(folder, name)).mode & 0o077) !== 0,
  );
  if (open.length > 0)
    return { state: 'fault', subject, found: `${open.join(', ')} can be read by others`, mend: 'chmod 600' };
  return { state: 'ok', subject, found: `${folder} is private and can be written` };
}

function space(folder: string, config: Config): Finding {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  const free = bavail * bsize;
  const found = `${Math.round(free / MB)} MB free`;
  const subject = 'disk';
  const low = config.queue.low_water;
  if (free < low) {
    const mend = `free space on it: below ${Math.round(low / MB)} MB (queue.low_water) new mail gets 452`;
    return { state: 'fault', subject, found, mend };
  }
  if (files > 0 && ffree < files / 20)
    return { state: 'warn', subject, found: 'less than 5 % of its inodes are free', mend: 'remove files on it' };
  if (free < low * 4) return { state: 'warn', subject, found, mend: 'a burst could fill it: give it more room' };
  return { state: 'ok', subject, found };
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
