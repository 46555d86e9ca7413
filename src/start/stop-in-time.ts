// An orderly stop, step by step, and the end of one that hangs: whatever it hangs in, the process is gone in time. What
// was accepted is on the disk.

import { spawn } from 'node:child_process';
import { inTime } from '../platform/in-time.ts';
import type { Log } from '../platform/log.ts';

export interface StopStep {
  /** What is waited for, as the log says it. */
  name: string;
  end: () => unknown;
  /** Milliseconds after which the next step begins all the same; without it the step is waited for. */
  withinMs?: number;
}

/** Goes through all steps in their order, also past those that fail or are late. False where one failed. */
export async function stopAll(steps: StopStep[], log: Log, begins: (name: string) => void): Promise<boolean> {
  let isWell = true;
  for (const { name, end, withinMs } of steps) {
    begins(name);
    try {
      const ended = Promise.resolve(end()).then(() => true);
      const isInTime = withinMs === undefined ? await ended : await inTime(ended, withinMs);
      if (isInTime === undefined) log.warn('not stopped in time; the stop goes on without it', { name });
    } catch (err) {
      isWell = false;
      log.error('not stopped in order', { name, err });
    }
  }
  return isWell;
}

export interface StopInTimeOptions {
  log: Log;
  /** After so long the process says what it waits for, and exits with 1. */
  exitMs: number;
  /** After so long it is killed from outside: it could not even exit. */
  killMs: number;
  /** What the stop waits for now. */
  waitsFor: () => string;
}

/** Sees to it, from now on, that this process ends in time. */
export function stopInTime({ log, exitMs, killMs, waitsFor }: StopInTimeOptions): void {
  killLater(killMs, log);
  setTimeout(() => {
    log.error('the stop took too long; the process ends, the restart finds out what is there', {
      waits_for: waitsFor(),
    });
    process.exit(1);
  }, exitMs).unref();
}

/** It reads from a pipe that nobody writes to: its end is the end of this process, and then there is nobody to kill. */
const KILLER = 'timeout "$1" cat >/dev/null; case $? in 124|143) kill -KILL "$2";; esac';

/**
 * A process of its own: an exit waits for threads, which may hang in a call to the system, and a thread that hangs has
 * no timers.
 */
function killLater(ms: number, log: Log): void {
  const seconds = String(ms / 1000);
  const killer = spawn('/bin/sh', ['-c', KILLER, 'sh', seconds, String(process.pid)], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    // A signal to all processes of the terminal does not end it.
    detached: true,
  });
  killer.on('error', (err) => log.warn('nobody watches over this stop', { err }));
  killer.unref();
}
