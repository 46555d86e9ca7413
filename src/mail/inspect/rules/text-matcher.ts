// What rules look for in text: words, patterns and data are different engines with one face.

import type { DataKind } from './rule.ts';

/** Something to look for, made once for a set of rules. Takes time in proportion to the text, whatever it says. */
export interface TextMatcher {
  /** Adds the different things found to `into`, and stops once it holds `most`. */
  find(text: string, into: Set<string>, most: number): void;
}

/** Makes matchers. */
export interface TextMatchers {
  /** Words and phrases, whatever their case. */
  words(phrases: readonly string[]): TextMatcher;
  /** A pattern of the linear-time dialect. Throws an Error with a sentence for people where it is none. */
  pattern(source: string): TextMatcher;
  /** Data with valid check digits. */
  data(kinds: readonly DataKind[]): TextMatcher;
}
