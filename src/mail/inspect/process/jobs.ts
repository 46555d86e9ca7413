// What inspect processes can be asked. A job has a question in plain words, the octets of a message, and an answer in
// plain words with octets beside it. To add one: name it here, and do it in run-job.ts.

import type { ContentFault, ContentLimits, PartTrait } from '../content/taken-apart.ts';
import type { MessagePreview } from '../preview/preview.ts';
import type { RuleEnvelope, RuleMatch } from '../rules/evaluate.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import type { Effect } from '../verdict.ts';

/** Question and answer of each job. */
export interface Jobs {
  /** Takes the message apart, and looks at the rules. */
  content: { question: ContentQuestion; answer: ContentAnswer };
  /** Shows what the message, or its beginning, looks like. */
  preview: { question: Record<string, never>; answer: MessagePreview };
}

export type JobName = keyof Jobs;

/** About one message. */
export interface ContentQuestion {
  envelope: RuleEnvelope;
  limits: ContentLimits;
  /** Names the sets below; a process that has seen them needs them no more. */
  rulesVersion: string;
  ruleSets?: readonly RuleSet[];
  /** Whether what only lenient readers see is to be handed over, for a scanner. */
  wantsHidden: boolean;
}

/**
 * What was found. Nothing of what the message says is in it but names of files. Hostile content may have had its way with
 * the process: who gets copies and word is read off the rules that were met, not off this.
 */
export interface ContentAnswer {
  /** Parts found, those in archives too. */
  parts: number;
  /** Remarkable parts, the worst first; a few. */
  found: { path: string; traits: readonly PartTrait[] }[];
  /** All traits of any part. */
  traits: PartTrait[];
  /** A few. */
  faults: ContentFault[];
  limit?: string;
  matches: RuleMatch[];
  /** The strictest of the rules met, without a reply: that is ours to choose. */
  verdict: 'pass' | 'tag' | 'strip' | 'later' | 'hold' | 'quarantine' | 'reject';
  /** For people, where it is `hold` or `quarantine`. */
  note?: string;
  /** What the rules ask for, for people who try them; on the path of mail it is read off the rules themselves. */
  effects: Effect[];
  /** Fields for before the header, likewise. */
  fields: string[];
  /** Edits of the content; what is put in lies in the octets beside. */
  edits: { at: number; remove: number; insert: OctetRange }[];
  /** A rule wants a change that cannot be made: the message must not pass as it is. */
  unchangeable?: true;
  /** Contents that only lenient readers see, in number. */
  readings: number;
  /** Those contents for a scanner, small ones together in an archive. */
  hidden: { path: string; octets: OctetRange }[];
}

/** Rule sets that a process keeps compiled. */
export const MOST_RULE_SETS = 100;

/** First octet, and the one past the last. */
export type OctetRange = readonly [number, number];

/** What a job comes to. */
export type JobEnd<Name extends JobName> =
  | { kind: 'answered'; answer: Jobs[Name]['answer']; octets: Buffer }
  /** The process ended over this message; `why` is for people. */
  | { kind: 'died'; why: DeathCause };

/** `memory`, `time`: more than it may use. `crash`: it ended by itself. `answer`: what it said could not be read. */
export type DeathCause = 'memory' | 'time' | 'crash' | 'answer';
