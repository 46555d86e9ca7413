// The inspection: what messages are looked into for, and whether a process that takes them apart starts and answers.

import { CONTENT_LIMITS } from '../../mail/inspect/content/limits.ts';
import { isAlwaysTakenApart } from '../../mail/inspect/create-checks.ts';
import type { JobEnd } from '../../mail/inspect/process/jobs.ts';
import { createInspectProcesses } from '../../mail/inspect/process/process-pool.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { Finding } from './doctor.ts';

/** Longer than a slow machine needs for its first process. */
const PATIENCE_MS = 15_000;
const SAMPLE = Buffer.from('From: a@example.com\r\nSubject: test\r\n\r\nHello.\r\n');

/** Says what is on, and tries it. */
export async function examineInspection(config: Config): Promise<Finding[]> {
  return [...scannersMissing(config), whatIsOn(config), await processTried(config)];
}

function scannersMissing({ clamd, rspamd }: Config): Finding[] {
  const subject = 'inspection';
  const findings: Finding[] = [];
  if (clamd.length === 0) {
    const mend = 'install clamav-daemon and name it in [[clamd]]';
    findings.push({ state: 'warn', subject, found: 'no virus scanner: mail is not scanned for viruses', mend });
  }
  if (rspamd.length === 0) {
    const mend = 'install rspamd and name it in [[rspamd]]';
    findings.push({ state: 'warn', subject, found: 'no spam scanner: mail is not rated', mend });
  }
  return findings;
}

function whatIsOn(config: Config): Finding {
  const subject = 'inspection';
  if (isAlwaysTakenApart(config)) return { state: 'ok', subject, found: 'every message is taken apart' };
  if (config.clamd.length === 0) {
    return { state: 'ok', subject, found: 'messages are taken apart where a rule of the content filter holds' };
  }
  const found = 'messages are not taken apart: what only some mail programs see is not scanned';
  return { state: 'warn', subject, found, mend: 'take out inspect.enabled = false' };
}

async function processTried({ inspect }: Config): Promise<Finding> {
  const subject = 'inspection';
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
    if (end.kind === 'answered') return { state: 'ok', subject, found: `a process starts and answers in ${took} ms` };
    const mend = 'inspect.memory and inspect.time are too small for this machine';
    return { state: 'fault', subject, found: `a process ended over an ordinary message (${end.why})`, mend };
  } catch {
    const mend = 'see the log of the relay, and docs/runbooks/inspection.md';
    return { state: 'fault', subject, found: 'no process starts: mail that needs one gets 451', mend };
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
