// What is counted of the inspection.

import type { Metrics } from '../../platform/metrics.ts';
import type { Inspected } from './inspection.ts';
import type { DeathCause } from './process/jobs.ts';

export interface InspectionMetrics {
  /** A message was inspected; from the end of data on. */
  inspected(this: void, inspected: Inspected, ms: number): void;
  /** A check was asked about a content: its result was remembered, or not. */
  remembered(this: void, check: string, found: boolean): void;
  processDied(this: void, why: DeathCause): void;
}

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** Makes the metrics. */
export function createInspectionMetrics(metrics: Metrics): InspectionMetrics {
  const checks = metrics.counter(
    'easymail_checks_total',
    'What checks said of messages, by check and verdict. Worry about `later`: such mail has to come again.',
    ['check', 'verdict'],
  );
  const seconds = metrics.histogram(
    'easymail_inspection_seconds',
    'Time from the end of data until all checks had said their word. Worry past some seconds: senders wait for so long.',
    SECONDS,
  );
  const asked = metrics.counter(
    'easymail_remembered_results_total',
    'Contents that a check was asked about, and whether its result was remembered (`yes`, `no`).',
    ['check', 'remembered'],
  );
  const died = metrics.counter(
    'easymail_inspect_processes_ended_total',
    'Processes that ended over a message, by cause: memory, time, crash, answer. Some are attacks; many are a fault.',
    ['cause'],
  );
  return {
    inspected({ notes }, ms) {
      seconds.observe(ms / 1000);
      for (const { check, verdict } of notes) checks.add(1, { check, verdict });
    },
    remembered: (check, found) => asked.add(1, { check, remembered: found ? 'yes' : 'no' }),
    processDied: (cause) => died.add(1, { cause }),
  };
}
