// Numbers of the benchmark: processor time of whole process trees, medians, percentiles.

import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { processTree } from '../test/support/processes.ts';

// The kernel's unit in /proc/PID/stat (USER_HZ), 100 a second on every Linux that Node runs on.
const TICK_MS = 10;

/** Processor milliseconds of a process tree so far; children that ended and were waited for are in it. */
export function cpuMs(pid: number): number {
  let ticks = 0;
  for (const member of processTree(pid)) {
    try {
      const stat = readFileSync(`/proc/${member}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      // Fields 14 to 17 of proc(5): utime, stime, and both of the children waited for.
      for (const field of [11, 12, 13, 14]) ticks += fields[field] ?? 0;
    } catch {
      // Ended meanwhile: its parent has its time from now on.
    }
  }
  return ticks * TICK_MS;
}

/** Resident memory of a process tree in octets. */
export function residentBytes(pid: number): number {
  let kilobytes = 0;
  for (const member of processTree(pid)) {
    try {
      kilobytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // Ended meanwhile.
    }
  }
  return kilobytes * 1024;
}

/** The value below which `share` (0 to 1) of the values lie. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: number[]): number {
  return percentile(values, 0.5);
}

/** The machine in one line. */
export function machine(): string {
  const cores = cpus();
  const kernel = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  return `${cores.length} cores (${cores[0]?.model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GB, Linux ${kernel}, Node ${process.version}`;
}
