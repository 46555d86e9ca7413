// What a look says of one thing.

import { type AdviceCode, type Advised, advise } from './advice.ts';
import type { CheckKind, CheckState } from './tables.ts';

export interface Finding {
  kind: CheckKind;
  state: CheckState;
  /** What should be there, and what is: short texts for people. */
  expected: string;
  found: string;
  /** One sentence on what to change; empty where nothing is. */
  advice: string;
  /** The same in parts, for other languages; absent where nothing is to be changed. */
  code?: AdviceCode;
  values?: Readonly<Record<string, string>>;
}

/** One finding after another of the same kind: nothing is to be changed unless something is advised. */
export type Say = (state: CheckState, found: string, advised?: Advised) => Finding;

/** Findings of a kind. */
export function sayOf(kind: CheckKind, expected: string): Say {
  return (state, found, advised) => ({ kind, state, expected, found, advice: '', ...advised });
}

/** How bad a state is. */
const GRAVITY: Readonly<Record<CheckState, number>> = { ok: 0, waiting: 1, unknown: 2, warn: 3, fail: 4 };

/** Whether the first state is worse than the second. */
export function isGraver(one: CheckState, other: CheckState): boolean {
  return GRAVITY[one] > GRAVITY[other];
}

/** The gravest of several findings about the same thing; they must be at least one. */
export function gravest(findings: readonly [Finding, ...Finding[]]): Finding {
  const [first, ...others] = findings;
  return others.reduce((worst, one) => (isGraver(one.state, worst.state) ? one : worst), first);
}

/** A finding where DNS, or the host, gave no answer: nothing is known, and nothing changes by it. */
export function unknown(kind: CheckKind, expected: string, detail: string): Finding {
  return {
    kind,
    state: 'unknown',
    expected,
    found: `no answer: ${detail}`,
    ...advise('later'),
  };
}

const LONGEST = 600;

/** What others wrote, fit for a line: printable, and not endless. */
export function shown(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e\u00a1-\uffff]/g, '?');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)} …` : plain;
}
