// The rounds of the quarantine: every hour what is over is removed; once a day, in the morning of the operator's zone,
// people are told what came and what leaves.

import { digestOf } from './digest.ts';
import { announceSoon, forgetOld, removeOver } from './expiry.ts';
import { customersWithHeld } from './held-customers.ts';
import type { RoundParts } from './parts.ts';

const HOUR_MS = 3_600_000;
const SOON_MS = 300_000;
const FIRST_MS = 20_000;
/** Not all relays of an operator at the same moment. */
const SPREAD_MS = 60_000;
/** People are told from this hour on. */
const MORNING = 7;

export interface Rounds {
  /** A round now, after the one that runs; whatever the hour is. */
  now(): Promise<void>;
  close(): Promise<void>;
}

/** Begins the rounds. */
export function startRounds(parts: RoundParts): Rounds {
  let running: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const round = (tell: boolean): Promise<boolean> => {
    const turn = running.then(() => makeRound(parts, tell));
    running = turn.catch(() => {});
    return turn;
  };
  const arm = (wait: number) => {
    if (!closed) timer = setTimeout(() => void tick(), wait + Math.random() * SPREAD_MS).unref();
  };
  const tick = async () => {
    const fine = await round(isMorning(parts)).catch((err: unknown) => {
      parts.log.error('the quarantine was not looked through', { err });
      return false;
    });
    arm(fine ? HOUR_MS : SOON_MS);
  };
  arm(FIRST_MS);
  return {
    now: async () => {
      await round(true);
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** False: something failed; look again soon. */
async function makeRound(parts: RoundParts, tell: boolean): Promise<boolean> {
  let fine = await removeOver(parts);
  await forgetOld(parts);
  if (!tell) return fine;
  for await (const held of customersWithHeld(parts)) {
    try {
      await announceSoon(parts, held);
      await digestOf(parts, held);
    } catch (err) {
      fine = false;
      parts.log.error('a customer was not told of its quarantine', { err, customer: held.customer });
    }
  }
  return fine;
}

function isMorning({ clock, config }: RoundParts): boolean {
  const now = Temporal.Instant.fromEpochMilliseconds(clock.now());
  return now.toZonedDateTimeISO(config().operator.time_zone).hour >= MORNING;
}
