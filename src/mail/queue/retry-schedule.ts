// When a deferred recipient is tried again: waits that grow, spread at random so that what failed together does not
// come back together (RFC 5321 4.5.4.1 asks for 30 minutes at least after the first tries, and 4 to 5 days in all).

export interface RetrySettings {
  /** Wait after the first failed attempt, milliseconds. */
  first: number;
  /** Each wait is the one before, times this. */
  factor: number;
  /** Longest wait, milliseconds. */
  longest: number;
  /** Share by which each wait is changed at random, 0 to 0.5. */
  jitter: number;
}

/**
 * Wait before the next attempt in whole milliseconds, after `attempts` failed ones (1 or more). `random` gives 0 up to
 * but not 1, as Math.random does.
 */
export function retryDelay(settings: RetrySettings, attempts: number, random: () => number = Math.random): number {
  const grown = settings.first * settings.factor ** Math.min(Math.max(attempts, 1) - 1, 1000);
  const wait = Math.min(grown, settings.longest);
  const spread = 1 + settings.jitter * (2 * random() - 1);
  return Math.max(1, Math.round(wait * spread));
}
