// The clock: is it sane, is anything keeping it right.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../../platform/config/schema.ts';
import { type Finding, finding } from './findings.ts';

/** When this was written: a clock before it is wrong for certain. */
const NOT_BEFORE = Date.parse('2026-11-01T00:00:00Z');
const TOLERANCE_MS = 60_000;

/** Looks at the time of day. */
export async function examineClock(config: Config, now: number): Promise<Finding[]> {
  const at = { now: new Date(now).toISOString() };
  if (now < NOT_BEFORE) return [finding('fault', 'clock-past', at)];
  const newest = newestFile(config.node.data_dir);
  if (newest > now + TOLERANCE_MS) return [finding('fault', 'clock-before-write', at)];
  const synchronised = await isSynchronised();
  if (synchronised === false) return [finding('warn', 'clock-unkept', at)];
  return [finding('ok', synchronised === true ? 'clock-synchronised' : 'clock-sane', at)];
}

function newestFile(folder: string): number {
  if (!existsSync(folder)) return 0;
  try {
    return Math.max(0, ...readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs));
  } catch {
    // Another user's folder; examineDataDir says so.
    return 0;
  }
}

/** What systemd says; nothing where there is no systemd. */
async function isSynchronised(): Promise<boolean | undefined> {
  try {
    const { stdout } = await promisify(execFile)('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
      timeout: 2000,
    });
    return stdout.trim() === 'yes' ? true : stdout.trim() === 'no' ? false : undefined;
  } catch {
    // No systemd here, as in most containers: the host keeps the clock.
    return undefined;
  }
}
