// What a process of ours uses, as the system counts it: a worker's own figures leave out what hostile content makes it
// take outside of its heap.

import { readFileSync, writeFileSync } from 'node:fs';

/** Times in /proc are in hundredths of a second on every architecture (USER_HZ). */
const TICK_MS = 10;
/** Numbers of `utime` and `stime` in /proc/PID/stat, counted from the state behind the name. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

export interface ProcessUsage {
  /** Octets of memory that it holds now. */
  memory: number;
  /** Milliseconds of processor it has had since it began. */
  cpuMs: number;
}

/** Nothing where the process is gone, or the system does not say. */
export function processUsage(pid: number): ProcessUsage | undefined {
  try {
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
    return { memory: Number(resident) * 1024, cpuMs: ticks * TICK_MS };
  } catch {
    return undefined;
  }
}

/** Where memory runs out, the system ends this process before any other. */
export function endFirstWithoutMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // Another system, or the process is gone already: its own limit stands.
  }
}
