// When it is looked what is due: when the operator's day begins, each hour besides, and soon again where something failed.

import type { Log } from '../../platform/log.ts';

export interface TimerOptions {
  /** Does what is due; false where it should be done again soon. */
  work: () => Promise<boolean>;
  /** How long until the next day begins, milliseconds. */
  untilTomorrow: () => number;
  log: Log;
}

export interface DueTimer {
  /** Works now, after what runs already; rejects where it fails. */
  now(): Promise<void>;
  /** Does something else in turn with it; what fails, or waits, is looked at again soon. */
  inTurn(work: () => Promise<boolean>): void;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const SOON_MS = 60_000;
/** Not all relays of an operator at the same moment. */
const SPREAD_MS = 20_000;
const FIRST_MS = 5000;

/** Starts the timer. */
export function startTimer({ work, untilTomorrow, log }: TimerOptions): DueTimer {
  let running: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const run = (): Promise<boolean> => {
    const turn = running.then(work);
    running = turn.catch(() => {});
    return turn;
  };
  const arm = (wait: number) => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void tick(), wait).unref();
  };
  const tick = async () => {
    const fine = await run().catch((err: unknown) => {
      log.error('ends of customers were not looked at', { err });
      return false;
    });
    const wait = fine ? Math.min(HOUR_MS, untilTomorrow()) : SOON_MS;
    arm(wait + Math.random() * SPREAD_MS);
  };
  arm(FIRST_MS + Math.random() * SPREAD_MS);
  return {
    inTurn: (other) => {
      const turn = running.then(other).catch((err: unknown) => {
        log.error('the end of a customer was not looked at', { err });
        return false;
      });
      running = turn.then((fine) => (fine ? undefined : arm(SOON_MS)));
    },
    now: async () => {
      await run();
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
