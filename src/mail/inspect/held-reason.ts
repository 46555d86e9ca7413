// Why a message was kept back, as one word of a short list: from what its checks said of it. Who may let it go hangs on
// it, so that what is not known counts as the worst it may be.

import type { InspectionNote } from '../message.ts';

/**
 * `virus`: one was found. `unscanned`: a check could not be made, or not of all of it. `ambiguous`: it can be read in two
 * ways. `spam`, `authentication`: by its score, by what its domain's owner wishes. `content`: a rule was met, or a part
 * cannot be looked into. `person`: somebody held it by hand.
 */
export const HELD_REASONS = ['virus', 'unscanned', 'ambiguous', 'content', 'authentication', 'spam', 'person'] as const;

export type HeldReason = (typeof HELD_REASONS)[number];

/** Results of a check that was not made, or not of the whole message. */
const NOT_MADE = /^(unavailable|oversize|too[ _-]large|timeout|died|crashed|not[ _-]made|unscanned)/i;

/** All reasons, the gravest first; never empty. */
export function heldReasons(notes: readonly InspectionNote[]): HeldReason[] {
  const found = new Set(notes.flatMap(reasonOf));
  return found.size === 0 ? ['person'] : HELD_REASONS.filter((reason) => found.has(reason));
}

/** The gravest of them. */
export function heldReason(notes: readonly InspectionNote[]): HeldReason {
  return heldReasons(notes)[0] ?? 'person';
}

function reasonOf(note: InspectionNote): HeldReason[] {
  const { check, result, verdict } = note;
  if (/virus|malware/i.test(result)) return ['virus'];
  // Not made counts even where something else decided: what nobody looked at is not clean.
  if (NOT_MADE.test(result)) return ['unscanned'];
  const kept = verdict === 'hold' || verdict === 'quarantine';
  if (!kept) return [];
  if (/ambiguous/i.test(result)) return ['ambiguous'];
  // Nobody can look into it, by its nature: the settings say whether that is enough to keep it.
  if (/^(encrypted|unreadable|unopened|past-limits)$/.test(result)) return ['content'];
  switch (check) {
    case 'virus':
      return ['virus'];
    case 'spam':
    case 'authentication':
      return [check];
    default:
      return ['content'];
  }
}
