// What a person sees on a terminal while a call takes longer than two seconds: a bar where the length is known, the time
// that has passed where it is not. On standard error, and gone when the answer is there.

import type { CliIo } from './io.ts';

export interface Progress {
  /** So much of the whole is done, from 0 to 1; `undefined`: how long the rest takes is not known. */
  set(part: number | undefined): void;
  end(): void;
}

const AFTER_MS = 2000;
const STEP_MS = 120;
const WIDTH = 30;
const SPINNER = ['-', '\\', '|', '/'];

/** Begins to count; nothing is shown in the first two seconds, nor where standard error is no terminal. */
export function startProgress(
  io: CliIo,
  label: string,
  now: () => number = performance.now.bind(performance),
): Progress {
  if (io.isTerminal !== true) return { set: () => {}, end: () => {} };
  const begun = now();
  let part: number | undefined;
  let shown = false;
  let turns = 0;
  const timer = setInterval(() => {
    const passed = now() - begun;
    if (passed < AFTER_MS) return;
    shown = true;
    turns += 1;
    io.err(`\r\x1b[K${progressLine(label, part, { seconds: Math.floor(passed / 1000), turns })}`);
  }, STEP_MS);
  timer.unref();
  return {
    set: (done) => {
      part = done;
    },
    end: () => {
      clearInterval(timer);
      if (shown) io.err('\r\x1b[K');
    },
  };
}

/** One state of the line. */
export function progressLine(
  label: string,
  part: number | undefined,
  { seconds, turns }: { seconds: number; turns: number },
): string {
  if (part === undefined) return `${SPINNER[turns % SPINNER.length]} ${label} … ${seconds} s`;
  const filled = Math.round(Math.min(1, Math.max(0, part)) * WIDTH);
  const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`;
  return `[${bar}] ${Math.floor(part * 100)} % ${label}, ${seconds} s`;
}
