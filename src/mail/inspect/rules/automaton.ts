// A pattern as an automaton (Thompson's construction), made deterministic while it runs: each pair of state and kind of
// character is worked out once and kept. A step costs a look-up, at worst one pass over the pattern's instructions, so
// that no text makes a search hang.

import { type Assertion, type Node, PatternError, type Units, wordUnits } from './pattern-syntax.ts';

/** More is refused when the pattern is written: it bounds the dearest step. */
const MOST_INSTRUCTIONS = 400;
/** States that are kept: bounds the memory. */
const MOST_STATES = 1500;

type Instruction =
  | { op: 'units'; set: number; next: number }
  | { op: 'split'; next: number; other: number }
  | { op: 'assert'; what: Assertion; next: number }
  | { op: 'match' };

/** What stands on a side of a place: `none` beyond the text. */
type Kind = 0 | 1 | 2 | 3;
const NONE = 0;
const LINE_END = 1;
const WORD = 2;

interface State {
  /** Instructions that are waited at, before assertions are looked at. */
  core: readonly number[];
  before: Kind;
  /** By class of character: the next state; its match flag says that a match ended before that character. */
  next: (Step | undefined)[];
}

interface Step {
  state: State;
  matched: boolean;
}

/** The compiled form of one reading direction. */
export class Automaton {
  readonly #program: Instruction[] = [];
  readonly #sets: Units[] = [];
  readonly #classOf: Uint16Array;
  readonly #kindOf: Kind[] = [];
  readonly #members: Uint8Array[] = [];
  readonly #start: number;
  readonly #anchored: boolean;
  /** By instruction the round in which it was reached last. */
  readonly #seen = new Float64Array(MOST_INSTRUCTIONS);
  #round = 0;
  readonly #states = new Map<string, State>();

  /** `anchored`: a match must begin where the search begins.
   * @throws {PatternError} The pattern is too large. */
  constructor(node: Node, { anchored, reversed }: { anchored: boolean; reversed: boolean }) {
    this.#anchored = anchored;
    const end = this.#add({ op: 'match' });
    this.#start = this.#compile(node, end, reversed);
    this.#classOf = this.#classify();
  }

  /** State before the first character, `before` being the unit that stands in front of it. */
  begin(before: number | undefined): State {
    if (this.#states.size >= MOST_STATES) this.#forget();
    return this.#state([this.#start], this.#kind(before));
  }

  /** One character on; -1: the end of the text. */
  step(state: State, unit: number): Step {
    const index = unit < 0 ? this.#kindOf.length : (this.#classOf[unit] ?? 0);
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

  #work(state: State, index: number): Step {
    const after = this.#kindOf[index] ?? NONE;
    const member = this.#members[index];
    const core: number[] = this.#anchored ? [] : [this.#start];
    let matched = false;
    for (const at of this.#closure(state, after)) {
      const instruction = this.#program[at];
      if (instruction?.op === 'match') matched = true;
      if (instruction?.op === 'units' && member?.[instruction.set] === 1) core.push(instruction.next);
    }
    return { state: this.#state(core, after), matched };
  }

  /** Every instruction that is reached without a character. */
  #closure(state: State, after: Kind): number[] {
    const round = ++this.#round;
    const seen = this.#seen;
    const reached: number[] = [];
    const open: number[] = [...state.core];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen[at] === round) continue;
      seen[at] = round;
      const instruction = this.#program[at];
      if (instruction === undefined) continue;
      if (instruction.op === 'split') open.push(instruction.other, instruction.next);
      else if (instruction.op !== 'assert') reached.push(at);
      else if (holds(instruction.what, state.before, after)) open.push(instruction.next);
    }
    return reached;
  }

  #state(core: readonly number[], before: Kind): State {
    // With the store full the search goes on without it: a step is one pass over the instructions then.
    if (this.#states.size >= MOST_STATES) return { core, before, next: [] };
    const sorted = [...new Set(core)].sort((a, b) => a - b);
    const key = `${before}:${sorted.join()}`;
    const known = this.#states.get(key) ?? { core: sorted, before, next: [] };
    this.#states.set(key, known);
    return known;
  }

  #add(instruction: Instruction): number {
    if (this.#program.length >= MOST_INSTRUCTIONS)
      throw new PatternError('the pattern is too large: fewer or shorter repeats', 0);
    return this.#program.push(instruction) - 1;
  }

  /** Compiles backwards: what follows is known when a node is. */
  #compile(node: Node, next: number, reversed: boolean): number {
    switch (node.is) {
      case 'units':
        return this.#add({ op: 'units', set: this.#sets.push(node.units) - 1, next });
      case 'assert':
        return this.#add({ op: 'assert', what: reversed ? mirrored(node.what) : node.what, next });
      case 'all': {
        const order = reversed ? node.of : node.of.toReversed();
        let at = next;
        for (const one of order) at = this.#compile(one, at, reversed);
        return at;
      }
      case 'any': {
        const [first, ...rest] = node.of.map((one) => this.#compile(one, next, reversed));
        return rest.reduce((at, other) => this.#add({ op: 'split', next: at, other }), first ?? next);
      }
      case 'repeat':
        return this.#repeat(node, next, reversed);
      default:
        return node satisfies never;
    }
  }

  #repeat(node: Node & { is: 'repeat' }, next: number, reversed: boolean): number {
    let at = next;
    if (node.most === Number.POSITIVE_INFINITY) {
      const loop = { op: 'split' as const, next: 0, other: next };
      at = this.#add(loop);
      loop.next = this.#compile(node.of, at, reversed);
    } else {
      for (let more = node.least; more < node.most; more++) {
        const inner = this.#compile(node.of, at, reversed);
        at = this.#add({ op: 'split', next: inner, other: next });
      }
    }
    for (let count = 0; count < node.least; count++) at = this.#compile(node.of, at, reversed);
    return at;
  }

  /** Characters that no set tells apart are one class. */
  #classify(): Uint16Array {
    const edges = new Set<number>([0, 0x0a, 0x0b, 0x0d, 0x0e]);
    for (const set of [...this.#sets, wordUnits()])
      for (const [low, high] of set) {
        edges.add(low);
        edges.add(high + 1);
      }
    const starts = [...edges].filter((edge) => edge <= 0xffff).sort((a, b) => a - b);
    const classOf = new Uint16Array(0x10000);
    const known = new Map<string, number>();
    for (const [index, start] of starts.entries()) {
      const member = Uint8Array.from(this.#sets, (set) => (isIn(set, start) ? 1 : 0));
      const kind = kindOf(start);
      const key = `${kind}:${member.join('')}`;
      const number = known.get(key) ?? this.#kindOf.push(kind) - 1;
      known.set(key, number);
      this.#members[number] = member;
      classOf.fill(number, start, starts[index + 1] ?? 0x10000);
    }
    return classOf;
  }

  #kind(unit: number | undefined): Kind {
    return unit === undefined ? NONE : (this.#kindOf[this.#classOf[unit] ?? 0] ?? NONE);
  }
}

function kindOf(unit: number): Kind {
  if (unit === 0x0a || unit === 0x0d) return LINE_END;
  return isIn(wordUnits(), unit) ? WORD : 3;
}

function isIn(units: Units, unit: number): boolean {
  let low = 0;
  let high = units.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = units[middle] ?? [0, 0];
    if (unit < from) high = middle - 1;
    else if (unit > to) low = middle + 1;
    else return true;
  }
  return false;
}

function holds(what: Assertion, before: Kind, after: Kind): boolean {
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

function mirrored(what: Assertion): Assertion {
  if (what === 'line-start') return 'line-end';
  return what === 'line-end' ? 'line-start' : what;
}
