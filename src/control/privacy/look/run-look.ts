// Starts the job that looks, and says in words what it found, for the alarm.

import { Worker } from 'node:worker_threads';
import type { Config } from '../../../platform/config/schema.ts';
import type { LookRun, LookTask } from './look.ts';

/** Runs the job in a thread of its own. Rejects where the thread fails. */
export function runLook(config: Config, now: number): Promise<LookRun> {
  const { retention, trace, recipients, greylist, backup, webhooks } = config;
  const task: LookTask = {
    role: 'look',
    dataDir: config.node.data_dir,
    ...(backup.folder !== undefined && { backups: backup.folder }),
    limits: {
      trace: trace.retention,
      records: retention.records,
      audit: retention.audit,
      exports: retention.exports,
      ledger: Math.max(retention.records, 2 * backup.keep),
      knownRecipients: recipients.known_kept,
      knownHosts: Math.max(greylist.passed_kept, greylist.retry_within),
      webhookLog: webhooks.log_kept,
      backups: backup.keep,
      margin: retention.margin,
    },
    now,
  };
  const worker = new Worker(new URL('./look-thread.ts', import.meta.url), { workerData: task });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the look ended with ${code}`)));
  });
}

/** What is wrong, by place, for the alarm `retention`. */
export function faultsOf({ findings, unknown }: LookRun): Map<string, string> {
  const faults = new Map<string, string>();
  for (const { store, where, what, count, oldest } of findings) {
    faults.set(`${store} ${where}`, `${count} overdue: ${what}, the oldest of ${oldest ?? 'an unknown time'}`);
  }
  for (const text of unknown) faults.set(text, text);
  return faults;
}
