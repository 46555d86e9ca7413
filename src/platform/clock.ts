// Time as a parameter, so that tests own it.

export interface Clock {
  /** Wall clock, milliseconds since 1970. May be set back by the machine's administrator. */
  now: () => number;
  /** Milliseconds that never run backwards; only differences mean anything. */
  monotonic: () => number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
