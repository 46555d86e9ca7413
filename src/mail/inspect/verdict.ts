// What a check says of a message, and the one verdict of all checks.

import type { NamedReply } from '../accept/replies.ts';
import type { HoldReason } from '../queue/queue.ts';

/** What is to become of a message, from mild to strict in the order of `WEIGHT`. */
export type Verdict =
  | { kind: 'pass' }
  /** Passes with changes that take nothing away: fields before the header, a subject tag, a disclaimer. */
  | { kind: 'tag' }
  /** Passes without some of its parts; a note stands in their place. */
  | { kind: 'strip' }
  /** Ask the client to come back: a check could not be made. */
  | { kind: 'later' }
  /** Waits for a person. */
  | { kind: 'hold'; reason: HoldReason }
  /** Held for its content (`reason.kind` is `quarantine`). */
  | { kind: 'quarantine'; reason: HoldReason }
  | { kind: 'reject'; reply: NamedReply };

/** A change to the content. Offsets count octets of the content as it would be stored without changes. */
export type ContentChange =
  /** Whole fields, CRLF included, put before the header. */
  | { kind: 'field'; text: string }
  /** `remove` octets at `at` are replaced. Changes of one message never overlap; two at one place apply in order. */
  | { kind: 'edit'; at: number; remove: number; insert: Uint8Array };

/** What follows besides the verdict, once the message is accepted. */
export type Effect =
  /** A copy of the message, as delivered, to this address. */
  | { kind: 'copy'; to: string }
  /** These people are told that the rule was met. */
  | { kind: 'notify'; to: readonly string[]; rule: string };

/** What one check found. */
export interface CheckResult {
  verdict: Verdict;
  /** For the trace, one word or a few: `clean`, `virus`, `spam`, `pass`, `unavailable`. */
  result: string;
  /** For the trace and for people; plain values, no content of the message. Lists are short. */
  details?: InspectionDetails;
  changes?: readonly ContentChange[];
  effects?: readonly Effect[];
}

export type InspectionDetails = Record<string, string | number | boolean | readonly string[]>;

/** The stricter verdict wins; a check that could not be made outweighs what passes, never a refusal or a hold. */
export const WEIGHT = {
  pass: 0,
  tag: 1,
  strip: 2,
  later: 3,
  hold: 4,
  quarantine: 5,
  reject: 6,
} as const satisfies Record<Verdict['kind'], number>;

/** One verdict of many; the first of the strictest counts. */
export function strictest(verdicts: readonly Verdict[]): Verdict {
  let worst: Verdict = { kind: 'pass' };
  for (const verdict of verdicts) if (WEIGHT[verdict.kind] > WEIGHT[worst.kind]) worst = verdict;
  return worst;
}
