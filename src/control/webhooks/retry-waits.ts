// When an event that was not taken is sent again.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The schedule that Standard Webhooks 1.0 gives as its example: at once against a hiccup, within the hour against a
 * restart, then over three days, so that a receiver that breaks on a Friday evening still gets everything on Monday.
 */
const WAITS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Each wait is changed at random by up to this share, so that what failed together does not come back together. */
const JITTER = 0.1;

/** Attempts of one event. */
export const MOST_ATTEMPTS = WAITS.length + 1;

/** An event that could not even be tried (its webhook is paused, or does not answer) is given up after the schedule. */
export const LIFE_MS = 84 * HOUR;

/** Waits between probes of an endpoint that does not answer at all; its other events are left untouched meanwhile. */
const PROBE_WAITS: readonly number[] = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];

/** Milliseconds until the next attempt, or nothing where there is none. `attempts` were made so far, 1 at least. */
export function waitAfter(attempts: number, random: () => number): number | undefined {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? undefined : jittered(wait, random);
}

/** Milliseconds until an endpoint is probed again, that failed so many times in a row beyond what opens its closure. */
export function probeWait(times: number, random: () => number): number {
  return jittered(PROBE_WAITS[Math.min(times, PROBE_WAITS.length - 1)] ?? 30 * MINUTE, random);
}

function jittered(wait: number, random: () => number): number {
  return Math.round(wait * (1 + JITTER * (2 * random() - 1)));
}
