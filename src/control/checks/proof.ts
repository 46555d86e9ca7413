// The proof of ownership over time: it is seen, or answers say that it is gone, or DNS gives no answer. Pure: what has to
// be done is said, not done.
//
// - Gone means: several answers without it, over some minutes. Then the customer is told, and the grace begins.
// - The grace is time between looks that all found it gone. A failure of DNS, a relay that was down and a clock that was
//   set do not use it up.
// - Seen again, everything is as before, at once.

import type { Proof } from './looks/look-ownership.ts';
import type { DomainOwnershipRow } from './tables.ts';

/** What is kept of the proof of a domain. */
export type ProofState = Pick<
  DomainOwnershipRow,
  'seen_at' | 'missing_since' | 'missing_looks' | 'missing_ms' | 'missing_at' | 'warned_at'
>;

export interface ProofRules {
  graceMs: number;
  /** Longest time between two looks that counts as observed. */
  longestGapMs: number;
}

/** `warn`: tell the customer that the grace has begun. `stop`: it is over. `back`: the proof is there again. */
export type ProofStep = 'none' | 'warn' | 'stop' | 'back';

/** So many answers without the record, over so long, before anything is said: a zone that is being edited is no loss. */
const LOOKS_TO_WARN = 3;
const CONFIRM_MS = 5 * 60_000;

const PRESENT = { missing_since: null, missing_looks: 0, missing_ms: 0, missing_at: null, warned_at: null } as const;

/** One more look. */
export function observeProof(
  state: ProofState,
  proof: Proof,
  { now, rules }: { now: number; rules: ProofRules },
): { state: ProofState; step: ProofStep } {
  switch (proof) {
    case 'seen':
      return { state: { ...PRESENT, seen_at: now }, step: state.warned_at === null ? 'none' : 'back' };
    case 'unknown':
      // The time until the next answer is not counted: nobody knows what DNS would have said.
      return { state: { ...state, missing_at: null }, step: 'none' };
    case 'gone':
      return missing(state, now, rules);
    default:
      return proof satisfies never;
  }
}

function missing(state: ProofState, now: number, rules: ProofRules): { state: ProofState; step: ProofStep } {
  const gap = state.missing_at === null ? 0 : Math.min(Math.max(now - state.missing_at, 0), rules.longestGapMs);
  const next: ProofState = {
    ...state,
    missing_since: state.missing_since ?? now,
    missing_looks: state.missing_looks + 1,
    missing_ms: state.missing_ms + gap,
    missing_at: now,
  };
  if (state.warned_at === null) {
    const confirmed = next.missing_looks >= LOOKS_TO_WARN && next.missing_ms >= Math.min(CONFIRM_MS, rules.graceMs);
    // From here on the time is that of the grace.
    return confirmed
      ? { state: { ...next, warned_at: now, missing_ms: 0 }, step: 'warn' }
      : { state: next, step: 'none' };
  }
  return { state: next, step: next.missing_ms >= rules.graceMs ? 'stop' : 'none' };
}

/** When the grace will be over if nothing changes. */
export function graceEnds(state: ProofState, now: number, { graceMs }: ProofRules): number | undefined {
  return state.warned_at === null ? undefined : now + Math.max(0, graceMs - state.missing_ms);
}
