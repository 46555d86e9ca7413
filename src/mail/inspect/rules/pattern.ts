// Searching text with a pattern of a rule, in time that grows with the text alone.

import { Alphabet } from './alphabet.ts';
import { Automaton } from './automaton.ts';
import { PatternError, parsePattern } from './pattern-syntax.ts';
import { compileProgram, setsOf } from './program.ts';

export interface Pattern {
  readonly source: string;
  /** Whether it is found anywhere. */
  test(text: string): boolean;
  /** Different texts that it matches, as they stand there; at most `most` are looked for. The leftmost, longest ones. */
  matches(text: string, most: number): Set<string>;
}

/** A match is looked for this far past its shortest end: `a.*b` need not read a megabyte for every `a`. */
const LONGEST_MATCH = 1000;

/**
 * Compiles a pattern (dialect: `pattern-syntax.ts`).
 * @throws {PatternError} It cannot be read, or is too large; the message is for the person who wrote it.
 */
export function compilePattern(source: string): Pattern {
  const node = parsePattern(source);
  const sets = setsOf(node);
  const forwards = compileProgram(node, sets, false);
  const alphabet = new Alphabet([...sets]);
  const search = new Automaton(forwards, alphabet, false);
  if (firstEnd(search, '', 0) !== undefined)
    throw new PatternError('the pattern fits every text, even an empty one', 0);
  // The two others are needed only where matches are counted.
  let back: Automaton | undefined;
  let longest: Automaton | undefined;
  return {
    source,
    test: (text) => firstEnd(search, text, 0) !== undefined,
    matches(text, most) {
      back ??= new Automaton(compileProgram(node, sets, true), alphabet, true);
      longest ??= new Automaton(forwards, alphabet, true);
      return allMatches(text, { search, back, longest, most });
    },
  };
}

function allMatches(
  text: string,
  { search, back, longest, most }: { search: Automaton; back: Automaton; longest: Automaton; most: number },
): Set<string> {
  const found = new Set<string>();
  // Reading on past a match costs; in all no more than some passes over the text.
  let fuel = text.length * 8 + LONGEST_MATCH;
  for (let from = 0; from <= text.length && found.size < most; ) {
    const shortest = firstEnd(search, text, from);
    if (shortest === undefined) break;
    const first = earliestStart(back, text, { end: shortest, from });
    // Where nothing but an edge is found, a match around it may begin before it.
    const begins = first === shortest ? from : first;
    const reached = longestFrom(longest, text, { begins, last: first, fuel });
    const end = Math.max(reached.end, shortest);
    fuel -= reached.read;
    if (end > reached.start) found.add(text.slice(reached.start, end));
    from = Math.max(end, from + 1);
  }
  return found;
}

/** Where the first match to end ends. */
function firstEnd(automaton: Automaton, text: string, from: number): number | undefined {
  let state = automaton.begin(from === 0 ? undefined : text.charCodeAt(from - 1));
  for (let at = from; at < text.length; at++) {
    const step = automaton.step(state, text.charCodeAt(at));
    if (step.matched) return at;
    state = step.state;
  }
  return automaton.step(state, -1).matched ? text.length : undefined;
}

/** The earliest place from which a match ends at `end`. */
function earliestStart(back: Automaton, text: string, { end, from }: { end: number; from: number }): number {
  let state = back.begin(end < text.length ? text.charCodeAt(end) : undefined);
  let start = end;
  for (let at = end; at >= from && !back.isDead(state); at--) {
    const step = back.step(state, at === 0 ? -1 : text.charCodeAt(at - 1));
    if (step.matched) start = at;
    state = step.state;
  }
  return start;
}

/** The longest match from the first place of `begins` to `last` that has one; from `last` where none has, or no fuel is left. */
function longestFrom(
  longest: Automaton,
  text: string,
  { begins, last, fuel }: { begins: number; last: number; fuel: number },
): { start: number; end: number; read: number } {
  let read = 0;
  for (let start = begins; start <= last && read < fuel; start++) {
    const reached = longestEnd(longest, text, start);
    read += reached.read;
    if (reached.end > start || start === last) return { start, end: reached.end, read };
  }
  return { start: last, end: last, read };
}

function longestEnd(longest: Automaton, text: string, start: number): { end: number; read: number } {
  let state = longest.begin(start === 0 ? undefined : text.charCodeAt(start - 1));
  let end = start;
  const last = Math.min(text.length, start + LONGEST_MATCH);
  let at = start;
  for (; at <= last && !longest.isDead(state); at++) {
    const step = longest.step(state, at < text.length ? text.charCodeAt(at) : -1);
    if (step.matched) end = at;
    state = step.state;
  }
  return { end, read: at - start };
}
