// Characters in classes: those that no set of a pattern tells apart are one to its automaton.

import { type Units, wordUnits } from './pattern-syntax.ts';

/** What stands on a side of a place; `NONE` beyond the text. */
export type Kind = 0 | 1 | 2 | 3;
export const NONE = 0;
export const LINE_END = 1;
export const WORD = 2;
const OTHER = 3;

/** Units below this are looked up, others searched for. */
const DIRECT = 0x180;

/** The classes of one pattern; its automata share them. */
export class Alphabet {
  readonly #starts: number[];
  /** By interval of `#starts`. */
  readonly #classes: Uint16Array;
  readonly #direct = new Uint16Array(DIRECT);
  readonly #kinds: Kind[] = [];
  readonly #members: Uint8Array[] = [];

  constructor(sets: readonly Units[]) {
    const edges = new Set<number>([0, 0x0a, 0x0b, 0x0d, 0x0e]);
    for (const [low, high] of [...sets, wordUnits()].flat()) edges.add(low).add(high + 1);
    this.#starts = [...edges].filter((edge) => edge <= 0xffff).sort((a, b) => a - b);
    const known = new Map<string, number>();
    this.#classes = Uint16Array.from(this.#starts, (start) => this.#classOfInterval(start, sets, known));
    for (let unit = 0; unit < DIRECT; unit++) this.#direct[unit] = this.#searched(unit);
  }

  /** How many classes there are. */
  get size(): number {
    return this.#kinds.length;
  }

  classOf(unit: number): number {
    return unit < DIRECT ? (this.#direct[unit] ?? 0) : this.#searched(unit);
  }

  /** `NONE` for a class that is none: the end of the text. */
  kindOf(number: number): Kind {
    return this.#kinds[number] ?? NONE;
  }

  /** By number of the set: 1 where the class is in it. */
  membersOf(number: number): Uint8Array | undefined {
    return this.#members[number];
  }

  #searched(unit: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= unit) low = middle;
      else high = middle - 1;
    }
    return this.#classes[low] ?? 0;
  }

  #classOfInterval(start: number, sets: readonly Units[], known: Map<string, number>): number {
    const members = Uint8Array.from(sets, (set) => (isIn(set, start) ? 1 : 0));
    const kind = kindOfUnit(start);
    const key = `${kind}:${members.join('')}`;
    const number = known.get(key) ?? this.#kinds.push(kind) - 1;
    known.set(key, number);
    this.#members[number] = members;
    return number;
  }
}

function kindOfUnit(unit: number): Kind {
  if (unit === 0x0a || unit === 0x0d) return LINE_END;
  return isIn(wordUnits(), unit) ? WORD : OTHER;
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
