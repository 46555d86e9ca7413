// The inspection: what messages are looked into for, and whether a process that takes them apart starts and answers.

import { CONTENT_LIMITS } from '../../mail/inspect/content/limits.ts';
import { isAlwaysTakenApart } from '../../mail/inspect/create-checks.ts';
import type { JobEnd } from '../../mail/inspect/process/jobs.ts';
import { createInspectProcesses } from '../../mail/inspect/process/process-pool.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import { type Finding, finding } from './findings.ts';

/** Longer than a slow machine needs for its first process. */
const PATIENCE_MS = 15_000;
const SAMPLE = Buffer.from('From: a@example.com\r\nSubject: test\r\n\r\nHello.\r\n');

/** Says what is on, and tries it. */
export async function examineInspection(config: Config): Promise<Finding[]> {
  return [...scannersMissing(config), whatIsOn(config), await processTried(config)];
}

function scannersMissing({ clamd, rspamd }: Config): Finding[] {
  const findings: Finding[] = [];
  if (clamd.length === 0) findings.push(finding('warn', 'no-clamd'));
  if (rspamd.length === 0) findings.push(finding('warn', 'no-rspamd'));
  return findings;
}

function whatIsOn(config: Config): Finding {
  if (isAlwaysTakenApart(config)) return finding('ok', 'inspection-all');
  return config.clamd.length === 0 ? finding('ok', 'inspection-by-rule') : finding('warn', 'inspection-off');
}

async function processTried({ inspect }: Config): Promise<Finding> {
  const processes = createInspectProcesses({
    processes: 1,
    limits: () => ({ memory: inspect.memory, timeMs: inspect.time }),
    clock: systemClock,
    log: SILENT,
  });
  const began = performance.now();
  try {
    const end = await askOne(processes);
    const took = Math.round(performance.now() - began);
    if (end.kind === 'answered') return finding('ok', 'inspection-answers', { ms: took });
    return finding('fault', 'inspection-ended', { why: end.why });
  } catch {
    return finding('fault', 'inspection-none-starts');
  } finally {
    processes.close();
  }
}

function askOne(processes: ReturnType<typeof createInspectProcesses>): Promise<JobEnd<'content'>> {
  const envelope = {
    direction: 'inbound',
    stream: '',
    sender: '',
    recipients: [],
    size: SAMPLE.length,
    at: Date.now(),
  } as const;
  const question = { envelope, limits: CONTENT_LIMITS, rulesVersion: '', ruleSets: [], wantsHidden: false };
  const content = {
    size: SAMPLE.length,
    bytes: async () => SAMPLE,
    async *stream() {
      yield SAMPLE;
    },
  };
  return processes.run('content', question, content, AbortSignal.timeout(PATIENCE_MS));
}

const nothing = (): void => {};
/** The finding says it. */
const SILENT: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  always: nothing,
  debugging: false,
  flush: nothing,
};
