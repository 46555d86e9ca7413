// What the machine gives this process, under the names that dashboards know from other programs.

import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Metrics } from '../platform/metrics.ts';

/** Makes the metrics of the process; the function that is returned looks at it, before each snapshot. */
export function createProcessMetrics(metrics: Metrics, about: { version: string; hostname: string }): () => void {
  const info = metrics.gauge('easymail_info', 'Always 1: version and name of the node.', ['version', 'hostname']);
  const started = metrics.gauge(
    'process_start_time_seconds',
    'When the process began, seconds since 1970. Worry when it changes and nobody restarted the relay.',
  );
  const cpu = metrics.counter(
    'process_cpu_seconds_total',
    'CPU time of the process with all its threads; inspect processes have their own. Worry near the number of cores.',
  );
  const memory = metrics.gauge(
    'process_resident_memory_bytes',
    'Memory of the process with all its threads, without inspect processes. Worry when it grows for days.',
  );
  const files = metrics.gauge(
    'process_open_fds',
    'Open files and sockets. Worry near the limit of the process (LimitNOFILE): further clients get 421.',
  );
  info.set(1, about);
  started.set(performance.timeOrigin / 1000);
  let counted = 0;
  return () => {
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6;
    cpu.add(seconds - counted);
    counted = seconds;
    memory.set(process.memoryUsage.rss());
    const open = openFiles();
    if (open !== undefined) files.set(open);
  };
}

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    // No Linux.
    return undefined;
  }
}
