// The second job of the retention: goes through every store and says what lies there longer than it may. It shares no code
// with the job that drops, and does not read its table: a fault there must not hide itself here. It only reads, in a thread
// of its own, over connections of SQLite alone: to open a database's file by other means would give up its locks.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lookAtControl } from './look-at-control.ts';
import { lookAtBackups, lookAtBodies, lookAtExports, lookAtFolder } from './look-at-files.ts';
import { lookAtHosts, lookAtQueue, lookAtRecipients, lookAtWebhooks } from './look-at-stores.ts';
import { lookAtTrace } from './look-at-trace.ts';

/** What may lie where for how long, milliseconds; `margin` is given on top of each. */
export interface LookLimits {
  trace: number;
  records: number;
  audit: number;
  exports: number;
  ledger: number;
  knownRecipients: number;
  knownHosts: number;
  webhookLog: number;
  backups: number;
  margin: number;
}

export interface LookTask {
  role: 'look';
  dataDir: string;
  /** Folder of the backups, where there is one. */
  backups?: string;
  limits: LookLimits;
  now: number;
}

/** Something that is overdue. */
export interface Finding {
  store: string;
  where: string;
  what: string;
  /** Counting stops at `COUNTED`. */
  count: number;
  /** ISO 8601. */
  oldest: string | null;
}

export interface LookRun {
  findings: Finding[];
  /** What could not be looked at, or no rule is known for. */
  unknown: string[];
}

/** Goes through all stores. A store that cannot be read is told of, and stops none of the others. */
export function look(task: LookTask): LookRun {
  const { dataDir, limits, now } = task;
  const run: LookRun = { findings: [], unknown: [] };
  const at = (name: string) => join(dataDir, name);
  const stores: [string, string, () => LookRun][] = [
    ['control', at('control.db'), () => lookAtControl(at('control.db'), limits, now)],
    ['queue', at('queue.db'), () => lookAtQueue(at('queue.db'), limits, now)],
    ['trace', at('trace'), () => lookAtTrace(at('trace'), limits, now)],
    ['recipients', at('recipients.db'), () => lookAtRecipients(at('recipients.db'), limits, now)],
    ['hosts', at('hosts.db'), () => lookAtHosts(at('hosts.db'), limits, now)],
    ['webhooks', at('webhooks.db'), () => lookAtWebhooks(at('webhooks.db'), limits, now)],
    ['bodies', at('bodies'), () => lookAtBodies(at('bodies'), at('queue.db'), now)],
    ['exports', at('exports'), () => lookAtExports(at('exports'), limits, now)],
    ['data folder', dataDir, () => lookAtFolder(dataDir)],
  ];
  if (task.backups !== undefined) {
    const folder = task.backups;
    stores.push(['backups', folder, () => lookAtBackups(folder, limits, now)]);
  }
  for (const [name, path, lookAt] of stores) {
    if (!existsSync(path)) continue;
    try {
      const { findings, unknown } = lookAt();
      run.findings.push(...findings);
      run.unknown.push(...unknown);
    } catch (err) {
      run.unknown.push(`${name} could not be looked at: ${err instanceof Error ? err.message : String(err)}`);
    }
  }
  return run;
}
