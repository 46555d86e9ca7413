// How often something happened in the running window of time, by key, within bounded memory.

export interface RateWindow {
  /** Counts one; false past `most` in this window, and then it is not counted. */
  allow(key: string, most: number): boolean;
}

/** Keys remembered; past it all begin anew, which lets through at most one window's worth more. */
const MOST_KEYS = 10_000;

/** Windows begin with the first of their kind and last `windowMs`; `now` is a clock in milliseconds. */
export function createRateWindow(windowMs: number, now: () => number): RateWindow {
  const windows = new Map<string, { since: number; count: number }>();
  return {
    allow(key, most) {
      const at = now();
      const window = windows.get(key);
      if (window === undefined || at - window.since >= windowMs || at < window.since) {
        if (windows.size >= MOST_KEYS) windows.clear();
        windows.set(key, { since: at, count: 1 });
        return most > 0;
      }
      if (window.count >= most) return false;
      window.count += 1;
      return true;
    },
  };
}
