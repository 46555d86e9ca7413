// The automaton of a pattern, made deterministic while it runs: each pair of state and class of character is worked out
// once and kept. A step costs a look-up, at worst one pass over the pattern's instructions, so that no text makes a
// search hang.

import { type Alphabet, type Kind, LINE_END, NONE, WORD } from './alphabet.ts';
import { ASSERTIONS, MATCH, MOST_INSTRUCTIONS, type Program, SPLIT, UNITS } from './program.ts';

/** States that are kept: bounds the memory. */
const MOST_STATES = 1000;

interface State {
  /** Instructions that are waited at, before assertions are looked at. */
  core: Uint16Array;
  before: Kind;
  /** By class of character. */
  next: (Step | undefined)[];
}

interface Step {
  state: State;
  /** A match ended before the character. */
  matched: boolean;
}

/** Runs a program; `anchored`: a match must begin where the search begins. */
export class Automaton {
  readonly #start: number;
  readonly #op: Uint8Array;
  readonly #next: Uint16Array;
  readonly #detail: Uint16Array;
  readonly #alphabet: Alphabet;
  readonly #anchored: boolean;
  /** By instruction the round in which it was reached last. */
  readonly #seen = new Float64Array(MOST_INSTRUCTIONS);
  #round = 0;
  /** Work space: instructions to follow, and the next core. */
  readonly #open = new Uint16Array((MOST_INSTRUCTIONS + 1) * 3);
  readonly #core = new Uint16Array(MOST_INSTRUCTIONS + 1);
  readonly #states = new Map<string, State>();

  constructor({ start, op, next, detail }: Program, alphabet: Alphabet, anchored: boolean) {
    this.#start = start;
    this.#op = Uint8Array.from(op);
    this.#next = Uint16Array.from(next);
    this.#detail = Uint16Array.from(detail);
    this.#alphabet = alphabet;
    this.#anchored = anchored;
  }

  /** State before the first character; `before`: the unit that stands in front of it. */
  begin(before: number | undefined): State {
    if (this.#states.size >= MOST_STATES) this.#forget();
    const kind = before === undefined ? NONE : this.#alphabet.kindOf(this.#alphabet.classOf(before));
    return this.#state(Uint16Array.of(this.#start), kind);
  }

  /** One character on; -1: the end of the text. */
  step(state: State, unit: number): Step {
    const index = unit < 0 ? this.#alphabet.size : this.#alphabet.classOf(unit);
    return (state.next[index] ??= this.#work(state, index));
  }

  /** Nothing can match any more. */
  isDead(state: State): boolean {
    return state.core.length === 0;
  }

  #forget(): void {
    // Steps of forgotten states must not keep others alive.
    for (const state of this.#states.values()) state.next = [];
    this.#states.clear();
  }

  /** Follows what needs no character, then takes the character. */
  #work({ core, before }: State, index: number): Step {
    const after = this.#alphabet.kindOf(index);
    const members = this.#alphabet.membersOf(index);
    const round = ++this.#round;
    const open = this.#open;
    open.set(core);
    let left = core.length;
    let count = 0;
    let matched = false;
    if (!this.#anchored) this.#core[count++] = this.#start;
    while (left > 0) {
      const at = open[--left] ?? 0;
      if (this.#seen[at] === round) continue;
      this.#seen[at] = round;
      const op = this.#op[at];
      const detail = this.#detail[at] ?? 0;
      if (op === UNITS) {
        if (members?.[detail] === 1) this.#core[count++] = this.#next[at] ?? 0;
      } else if (op === MATCH) matched = true;
      else if (op === SPLIT) {
        open[left++] = detail;
        open[left++] = this.#next[at] ?? 0;
      } else if (holds(detail, before, after)) open[left++] = this.#next[at] ?? 0;
    }
    return { state: this.#state(this.#core.slice(0, count), after), matched };
  }

  #state(core: Uint16Array, before: Kind): State {
    // With the store full the search goes on without it: a step is one pass over the instructions then.
    if (this.#states.size >= MOST_STATES) return { core, before, next: [] };
    core.sort();
    const key = `${before}:${core.join()}`;
    const known = this.#states.get(key) ?? { core, before, next: [] };
    this.#states.set(key, known);
    return known;
  }
}

function holds(number: number, before: Kind, after: Kind): boolean {
  const what = ASSERTIONS[number] ?? 'edge';
  switch (what) {
    case 'line-start':
      return before === NONE || before === LINE_END;
    case 'line-end':
      return after === NONE || after === LINE_END;
    case 'edge':
      return (before === WORD) !== (after === WORD);
    case 'no-edge':
      return (before === WORD) === (after === WORD);
    default:
      return what satisfies never;
  }
}
