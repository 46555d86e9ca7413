// What was read in vain is read again by itself, a few times: what the API refuses it will refuse again; what did not
// arrive, or was asked too often for the moment, may arrive.

import { ApiProblem } from './problem.ts';

const MOST_TRIES = 2;
const FIRST_WAIT_MS = 1000;
/** Who is to wait for longer is told so. */
const LONGEST_WAIT_S = 5;
/** Others wait for the same moment. */
const SPREAD_S = 3;

/** After `failures` tries again in vain. */
export function isTriedAgain(failures: number, error: unknown): boolean {
  if (failures >= MOST_TRIES) return false;
  if (!(error instanceof ApiProblem) || error.status === 0 || error.status === 503) return true;
  return error.status === 429 && (error.retryAfterS ?? Number.POSITIVE_INFINITY) <= LONGEST_WAIT_S;
}

/** In milliseconds. */
export function waitBefore(failures: number, error: unknown): number {
  if (!(error instanceof ApiProblem) || error.status !== 429) return FIRST_WAIT_MS * 2 ** failures;
  return ((error.retryAfterS ?? 0) + Math.random() * SPREAD_S) * 1000;
}
