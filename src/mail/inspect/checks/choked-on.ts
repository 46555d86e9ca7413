// Contents over which a scanner's connection dies, or that it is not through with in its time, again and again, while the scanner is sound for everything else: such
// mail would come back until its sender gives up. The third time a person has to look.

import type { ScannerState } from '../../../network/scanner-health.ts';
import { DEATHS_TO_HOLD, type Deaths } from '../process/deaths.ts';
import type { CheckResult } from '../verdict.ts';

export interface ChokedOn {
  /** What follows without asking, where the content was too much for the scanner before. */
  before(digest: string | undefined): CheckResult | undefined;
  /** The scanner broke off over it now, or took too long: what follows, where that is once too often. */
  now(digest: string | undefined): CheckResult | undefined;
}

export interface ChokedOnOptions {
  /** Name of the check: what chokes one scanner is given to the others. */
  check: string;
  deaths: Deaths;
  /** Counted here, and by the other threads. */
  died: (digest: string) => void;
  /** The scanners as they are now. */
  states: () => readonly ScannerState[];
}

/** Contents that were counted lately; the oldest are forgotten. */
const MOST = 10_000;

/** Counts for one check of a thread. */
export function createChokedOn({ check, deaths, died, states }: ChokedOnOptions): ChokedOn {
  /** The probe that a content was last counted after. */
  const counted = new Map<string, number>();
  const keyOf = (digest: string) => `${check} ${digest}`;
  const held = (): CheckResult => ({
    verdict: {
      kind: 'hold',
      reason: {
        kind: 'content',
        note: 'The scanner did not get through with it, again and again, and with other mail it did',
      },
    },
    result: 'died',
    details: { why: 'the scanner broke off, or took too long' },
  });
  return {
    before: (digest) => (digest !== undefined && deaths.count(keyOf(digest)) >= DEATHS_TO_HOLD ? held() : undefined),
    now(digest) {
      if (digest === undefined) return undefined;
      // Once for each time that the scanner was found sound: one that is stopped breaks off over all that it has.
      const sound = Math.max(0, ...states().map(({ passedAt = 0 }) => passedAt));
      if (sound === 0 || counted.get(digest) === sound) return undefined;
      counted.delete(digest);
      counted.set(digest, sound);
      const [oldest] = counted.keys();
      if (counted.size > MOST && oldest !== undefined) counted.delete(oldest);
      const count = deaths.count(keyOf(digest)) + 1;
      died(keyOf(digest));
      return count >= DEATHS_TO_HOLD ? held() : undefined;
    },
  };
}
